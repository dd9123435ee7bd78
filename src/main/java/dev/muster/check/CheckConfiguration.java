package dev.muster.check;

import dev.muster.start.RouteExamination;
import dev.muster.vendor.Vendor;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;

/** The few parts that a check needs: no database, no web server, and no Camel that runs. */
@Configuration(proxyBeanMethods = false)
@ComponentScan(
    basePackages = {"dev.muster.vendor", "dev.muster.camel"},
    useDefaultFilters = false,
    includeFilters =
        @Filter(
            type = FilterType.ASSIGNABLE_TYPE,
            classes = {Vendor.class, RouteExamination.class}))
class CheckConfiguration {}

package dev.muster.check;

import dev.muster.start.RouteExamination;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;

/** The few parts that a check needs: no database, no web server, and no Camel that runs. */
@Configuration(proxyBeanMethods = false)
@ComponentScan("dev.muster.vendor")
@ComponentScan(
    basePackages = "dev.muster.camel",
    useDefaultFilters = false,
    includeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = RouteExamination.class))
class CheckConfiguration {}

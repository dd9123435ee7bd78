package dev.muster.console;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** Answers for pages below {@code muster.console.path}. {@link Guard} lets in who may see them. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@OnlyWithConsole
@Controller
@RequestMapping("${muster.console.path:}")
@interface ConsolePage {}

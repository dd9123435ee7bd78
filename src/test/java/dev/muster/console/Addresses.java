package dev.muster.console;

import dev.muster.support.RunningMuster;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** The addresses at which the console answers, as Spring knows them: none can be forgotten. */
final class Addresses {
  /** Those that take this method. */
  static List<String> of(RunningMuster muster, RequestMethod method) {
    return muster.beans(RequestMappingHandlerMapping.class).stream()
        .flatMap(mapping -> mapping.getHandlerMethods().entrySet().stream())
        .filter(each -> isOfTheConsole(each.getValue().getBeanType()))
        .map(Map.Entry::getKey)
        .filter(
            mapping -> {
              Set<RequestMethod> methods = mapping.getMethodsCondition().getMethods();
              return methods.isEmpty() || methods.contains(method);
            })
        .flatMap(mapping -> mapping.getPatternValues().stream())
        .sorted()
        .toList();
  }

  static boolean isOfTheConsole(Class<?> type) {
    return type.getPackage() == Guard.class.getPackage();
  }

  private Addresses() {}
}

package dev.muster.console;

import dev.muster.settings.MusterSettings.ConsoleSettings;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.util.WebUtils;

/** Lets nobody to a page who should not be there. */
final class Guard implements HandlerInterceptor {
  static final String COOKIE = "muster_console";
  static final String LOG_IN = "/log-in";

  /** Bytes. Tomcat tells nothing of a larger form (server.tomcat.max-http-form-post-size). */
  private static final int LARGEST = 2 << 20;

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
              + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "same-origin",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");

  private final People people;
  private final PageViews pages;
  private final List<String> hosts;

  Guard(People people, PageViews pages, ConsoleSettings settings) {
    this.people = people;
    this.pages = pages;
    this.hosts = settings.hosts();
  }

  /** Whether the page refreshes itself, and no person asks for it. */
  static boolean refreshes(HttpServletRequest request) {
    return request.getHeader("HX-Request") != null;
  }

  static String cookie(HttpServletRequest request) {
    Cookie cookie = WebUtils.getCookie(request, COOKIE);
    return cookie == null ? null : cookie.getValue();
  }

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
      throws Exception {
    if (!(handler instanceof HandlerMethod method)
        || !method.getBeanType().isAnnotationPresent(ConsolePage.class)) {
      return true;
    }
    HEADERS.forEach(response::setHeader);
    boolean changes = !Stream.of("GET", "HEAD").toList().contains(request.getMethod());
    Optional<String> objection = objection(request, changes);
    if (objection.isPresent()) {
      return refuse(request, response, HttpStatus.FORBIDDEN, objection.get());
    }
    if (method.getBeanType() == LogInPage.class) {
      return true;
    }
    Optional<Person> person = people.of(cookie(request), !refreshes(request));
    if (person.isEmpty()) {
      return sendToLogIn(request, response);
    }
    pages.known(request, person.get(), people.open());
    if (request.getContentLengthLong() > LARGEST) {
      return refuse(
          request,
          response,
          HttpStatus.PAYLOAD_TOO_LARGE,
          "A form may hold 2 MB. Nothing was done. Send fewer lines at a time.");
    }
    if (changes && !same(request.getParameter("csrf"), person.get().csrf())) {
      return refuse(
          request,
          response,
          HttpStatus.FORBIDDEN,
          "This form is from another log-in. Nothing was done. Load the page again, and repeat it.");
    }
    return true;
  }

  /**
   * A page on another name that leads here could read what this page says, and press its buttons.
   */
  private Optional<String> objection(HttpServletRequest request, boolean changes) {
    if (hosts.stream().noneMatch(request.getServerName()::equalsIgnoreCase)) {
      return Optional.of(
          "The console does not answer to the host name of this address. Put the name into muster.console.hosts: it answers to "
              + String.join(", ", hosts)
              + ".");
    }
    return changes && !comesFromHere(request)
        ? Optional.of("Another site sent this form. Nothing was done.")
        : Optional.empty();
  }

  private static boolean comesFromHere(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    String site = request.getHeader("Sec-Fetch-Site");
    // A proxy may send its own name on in Host, and the browser's in X-Forwarded-Host.
    boolean sameOrigin =
        origin == null
            || Stream.of(String.valueOf(request.getHeader("Host")), request.getServerName())
                .anyMatch(origin.replaceFirst("^https?://", "")::equalsIgnoreCase);
    return sameOrigin && (site == null || site.equals("same-origin") || site.equals("none"));
  }

  private static boolean same(String sent, String due) {
    return sent != null
        && MessageDigest.isEqual(
            sent.getBytes(StandardCharsets.UTF_8), due.getBytes(StandardCharsets.UTF_8));
  }

  private boolean sendToLogIn(HttpServletRequest request, HttpServletResponse response) {
    String logIn = pages.base(request) + LOG_IN;
    if (refreshes(request)) {
      response.setHeader("HX-Redirect", logIn);
      response.setStatus(HttpStatus.UNAUTHORIZED.value());
    } else {
      String to = request.getMethod().equals("GET") ? pages.here(request) : "/";
      response.setHeader("Location", logIn + (to.equals("/") ? "" : Url.query("to", to)));
      response.setStatus(HttpStatus.SEE_OTHER.value());
    }
    return false;
  }

  private boolean refuse(
      HttpServletRequest request, HttpServletResponse response, HttpStatus status, String sentence)
      throws Exception {
    pages.say(status, sentence, null).render(Map.of(), request, response);
    return false;
  }
}

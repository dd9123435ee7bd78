package dev.muster.console;

import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.View;
import org.springframework.web.servlet.view.RedirectView;

/** Makes pages of templates. */
public final class PageViews {
  static final String PERSON = "person";
  static final String RIGHTS = "rights";
  private static final String OPEN = "open";

  /** Characters of an address that a redirect names. Tomcat sends no heads of more than 8 KB. */
  private static final int LONGEST = 4000;

  private final TemplateEngine templates;
  private final String path;
  private final Shared shared = new Shared();

  PageViews(TemplateEngine templates, String path) {
    this.templates = templates;
    this.path = path;
  }

  /**
   * @param template the file's name in {@code src/main/jte}, without its end
   * @param page what it shows
   */
  View show(String template, String title, Object page) {
    return show(template, title, page, HttpStatus.OK);
  }

  View show(String template, String title, Object page, HttpStatus status) {
    return (none, request, response) -> {
      Map<String, Object> model = new HashMap<>();
      model.put("frame", frame(title, request));
      model.put("page", page);
      StringOutput html = new StringOutput();
      templates.render(template + ".jte", model, html);
      response.setStatus(status.value());
      response.setContentType("text/html;charset=UTF-8");
      response.getWriter().write(html.toString());
    };
  }

  Shared shared() {
    return shared;
  }

  /** Says one thing. */
  View say(HttpStatus status, String sentence, String hint) {
    return show("sentence", status.getReasonPhrase(), new Sentence(sentence, hint), status);
  }

  /**
   * @param to path and query behind the base; elsewhere leads home
   */
  View go(String to) {
    shared.forget();
    boolean ours =
        to != null
            && to.length() < LONGEST
            && to.matches("/([^/\\\\].*)?")
            && to.chars().noneMatch(c -> c < ' ');
    RedirectView view = new RedirectView(path + (ours ? to : "/"), true);
    view.setStatusCode(HttpStatus.SEE_OTHER);
    view.setExpandUriTemplateVariables(false);
    return view;
  }

  /** The path that all pages begin with, as a browser sees it. */
  String base(HttpServletRequest request) {
    return request.getContextPath() + path;
  }

  /** Path and query behind the base. */
  String here(HttpServletRequest request) {
    String query = request.getQueryString();
    String whole = request.getRequestURI().substring(base(request).length());
    return (whole.isEmpty() ? "/" : whole) + (query == null ? "" : "?" + query);
  }

  void known(HttpServletRequest request, Person person, boolean open) {
    request.setAttribute(PERSON, person);
    request.setAttribute(OPEN, open);
    request.setAttribute(RIGHTS, person.rights());
  }

  @SuppressWarnings("unchecked")
  private Frame frame(String title, HttpServletRequest request) {
    Person person = (Person) request.getAttribute(PERSON);
    boolean known = person != null && request.getAttribute(RIGHTS) != null;
    return new Frame(
        title,
        base(request),
        here(request),
        known ? person.name() : null,
        known && (boolean) request.getAttribute(OPEN),
        known ? person.csrf() : "",
        known ? (Set<String>) request.getAttribute(RIGHTS) : Set.of(),
        known && !Guard.refreshes(request) ? person.takeOutcome() : null);
  }

  /**
   * @param hint what to do; null if nothing can be said
   */
  public record Sentence(String sentence, String hint) {}
}

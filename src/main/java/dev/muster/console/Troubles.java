package dev.muster.console;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.View;

/** What goes wrong becomes a sentence. */
@ControllerAdvice(annotations = ConsolePage.class)
@OnlyWithConsole
class Troubles {
  private final PageViews pages;
  private final People people;

  Troubles(PageViews pages, People people) {
    this.pages = pages;
    this.people = people;
  }

  @ExceptionHandler
  View refused(Refused e, HttpServletRequest request) {
    if (e.ended()) {
      String cookie = Guard.cookie(request);
      if (cookie != null) {
        people.leave(cookie);
      }
      request.removeAttribute(PageViews.RIGHTS);
      return pages.say(
          HttpStatus.SERVICE_UNAVAILABLE,
          "The database ended this session: it was idle, or the database was stopped.",
          people.open() ? "Load the page again." : "Log in again.");
    }
    return pages.say(e.status(), e.sentence(), e.hint());
  }

  @ExceptionHandler
  View notThere(NotThere e) {
    return pages.say(HttpStatus.NOT_FOUND, "There is no such row, or no more.", null);
  }

  @ExceptionHandler
  View busy(Busy e) {
    return pages.say(
        HttpStatus.SERVICE_UNAVAILABLE, "Your last act still runs.", "Try again in a moment.");
  }

  @ExceptionHandler({
    MissingServletRequestParameterException.class,
    MethodArgumentTypeMismatchException.class
  })
  View incomplete() {
    return pages.say(
        HttpStatus.BAD_REQUEST, "This address lacks a part, or has a wrong one.", null);
  }
}

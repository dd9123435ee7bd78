package dev.muster.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.View;

/** Where people say who they are: a role of the database. */
@ConsolePage
public class LogInPage {
  private static final Logger log = LoggerFactory.getLogger("muster");
  private static final String TITLE = "Log in";

  private final People people;
  private final PageViews pages;

  LogInPage(People people, PageViews pages) {
    this.people = people;
    this.pages = pages;
  }

  /**
   * @param to where to go afterwards
   * @param trouble why it did not succeed; null before
   * @param plain whether the password crosses the network unencrypted
   */
  public record Form(String to, String user, String trouble, boolean plain) {}

  @GetMapping(Guard.LOG_IN)
  View form(@RequestParam(defaultValue = "/") String to, HttpServletRequest request) {
    return people.open() ? pages.go("/") : show(to, "", null, request, HttpStatus.OK);
  }

  @PostMapping(Guard.LOG_IN)
  View enter(
      @RequestParam String user,
      @RequestParam String password,
      @RequestParam(defaultValue = "/") String to,
      HttpServletRequest request,
      HttpServletResponse response) {
    try {
      people.leave(String.valueOf(Guard.cookie(request)));
      String cookie = people.enter(user, password);
      log.info("{} has logged in to the console", user.replaceAll("\\p{Cntrl}", " "));
      setCookie(request, response, cookie, -1);
      return pages.go(to);
    } catch (SQLException e) {
      return show(to, user, sentence(e), request, HttpStatus.UNAUTHORIZED);
    } catch (People.Full e) {
      String full =
          "As many people are logged in as there may be: %d. Try again when one has left.";
      return show(to, user, full.formatted(People.MOST), request, HttpStatus.SERVICE_UNAVAILABLE);
    }
  }

  @PostMapping("/log-out")
  View leave(HttpServletRequest request, HttpServletResponse response) {
    people.leave(String.valueOf(Guard.cookie(request)));
    setCookie(request, response, "", 0);
    return pages.go(Guard.LOG_IN);
  }

  private View show(
      String to, String user, String trouble, HttpServletRequest request, HttpStatus status) {
    boolean here = request.getRemoteAddr().matches("127\\..*|\\[?::1]?|0:0:0:0:0:0:0:1");
    return pages.show(
        "log-in", TITLE, new Form(to, user, trouble, !request.isSecure() && !here), status);
  }

  private void setCookie(
      HttpServletRequest request, HttpServletResponse response, String value, long seconds) {
    response.addHeader(
        HttpHeaders.SET_COOKIE,
        ResponseCookie.from(Guard.COOKIE, value)
            .httpOnly(true)
            .sameSite("Strict")
            .secure(request.isSecure())
            .path(pages.base(request) + "/")
            .maxAge(seconds)
            .build()
            .toString());
  }

  private static String sentence(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    if (state.startsWith("28")) {
      return "The database does not accept this role and password.";
    }
    return state.equals("53300")
        ? "The database takes no more connections of this role."
        : "The database can't be used now. Its own words: " + e.getMessage();
  }
}

package dev.muster.camel;

import java.time.Duration;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Claims work for the calls of a vendor, settles what became of it, or has consumers woken. */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "muster",
    title = "Muster",
    syntax = "muster:operation/vendor",
    category = {})
class MusterEndpoint extends DefaultEndpoint {
  private static final String WORK = "work";
  private static final String SETTLE = "settle";
  private static final String WAKE = "wake";

  /** The operation: {@code work} (from), {@code settle} or {@code wake} (to). */
  @UriPath
  @Metadata(required = true, enums = "work,settle,wake")
  private String operation;

  /** Whose work it claims; for {@code work} alone. */
  @UriPath private String vendor;

  /** Calls under way at once for one account, at most; by default {@code muster.workers}. */
  @UriParam(label = "consumer")
  private int concurrency;

  /**
   * How often a target is read that names no interval itself, such as {@code 1h}. An account's own
   * refresh-every overrides it.
   */
  @UriParam(label = "consumer", javaType = "java.time.Duration")
  private Duration refreshEvery;

  /**
   * The longest that one call may take, from its claim to the reply's last byte, such as {@code
   * 10s}. An account's own call-deadline overrides it.
   */
  @UriParam(label = "consumer", javaType = "java.time.Duration")
  private Duration callDeadline;

  /**
   * Columns of {@code report.device} and paths such as {@code attributes.updateTime}, with commas
   * between, whose change does not count as news. An account's own freshness.not-news overrides it.
   */
  @UriParam(label = "consumer")
  private String notNews;

  MusterEndpoint(String uri, MusterComponent component) {
    super(uri, component);
  }

  /**
   * @throws IllegalArgumentException for an address that means nothing
   */
  void check() {
    boolean known = SETTLE.equals(operation) || WAKE.equals(operation);
    if (WORK.equals(operation) ? vendor == null : vendor != null || !known) {
      throw new IllegalArgumentException(
          "muster:"
              + operation
              + (vendor == null ? "" : "/" + vendor)
              + " is no address: put muster:work/<vendor>, muster:settle or muster:wake");
    }
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    if (!WORK.equals(operation)) {
      throw new UnsupportedOperationException("from muster:" + operation + ": put muster:work/…");
    }
    WorkConsumer consumer = new WorkConsumer(this, processor);
    configureConsumer(consumer);
    return consumer;
  }

  @Override
  public Producer createProducer() {
    return switch (operation) {
      case SETTLE -> new SettleProducer(this, component().engine());
      case WAKE -> new WakeProducer(this, component().engine());
      default -> throw new UnsupportedOperationException("to muster:" + operation);
    };
  }

  MusterComponent component() {
    return (MusterComponent) getComponent();
  }

  public String getOperation() {
    return operation;
  }

  public void setOperation(String operation) {
    this.operation = operation;
  }

  public String getVendor() {
    return vendor;
  }

  public void setVendor(String vendor) {
    this.vendor = vendor;
  }

  public int getConcurrency() {
    return concurrency;
  }

  public void setConcurrency(int concurrency) {
    this.concurrency = concurrency;
  }

  public Duration getRefreshEvery() {
    return refreshEvery;
  }

  public void setRefreshEvery(Duration refreshEvery) {
    this.refreshEvery = refreshEvery;
  }

  public Duration getCallDeadline() {
    return callDeadline;
  }

  public void setCallDeadline(Duration callDeadline) {
    this.callDeadline = callDeadline;
  }

  public String getNotNews() {
    return notNews;
  }

  public void setNotNews(String notNews) {
    this.notNews = notNews;
  }
}

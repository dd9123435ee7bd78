package dev.muster.camel;

import dev.muster.http.CallsUnderWay;
import dev.muster.settings.MusterSettings;
import dev.muster.work.Judge;
import dev.muster.work.WorkEngine;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.springframework.stereotype.Component;

/**
 * {@code muster:}, the work table as a Camel component. {@code muster:work/<vendor>} is a consumer:
 * it claims what is due, leases it, and emits one exchange a task. {@code muster:settle} is a
 * producer: it takes an outcome and writes it in the next batch. {@code muster:wake} is a producer
 * that has the consumers look for work.
 */
@Component("muster")
class MusterComponent extends DefaultComponent {
  private final WorkEngine engine;
  private final CallsUnderWay calls;
  private final Judge judge;
  private final MusterSettings settings;

  MusterComponent(WorkEngine engine, CallsUnderWay calls, Judge judge, MusterSettings settings) {
    this.engine = engine;
    this.calls = calls;
    this.judge = judge;
    this.settings = settings;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    MusterEndpoint endpoint = new MusterEndpoint(uri, this);
    int slash = remaining.indexOf('/');
    endpoint.setOperation(slash < 0 ? remaining : remaining.substring(0, slash));
    endpoint.setConcurrency(settings.workers());
    endpoint.setVendor(slash < 0 ? null : remaining.substring(slash + 1));
    setProperties(endpoint, parameters);
    endpoint.check();
    return endpoint;
  }

  WorkEngine engine() {
    return engine;
  }

  CallsUnderWay calls() {
    return calls;
  }

  Judge judge() {
    return judge;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    engine.start();
  }

  /** After the routes: what their last calls brought is written. */
  @Override
  protected void doStop() throws Exception {
    engine.close();
    super.doStop();
  }
}

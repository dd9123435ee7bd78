package dev.muster.schedule;

import dev.muster.settings.MusterSettings;
import dev.muster.work.DatabaseWatch;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.quartz.SchedulerFactoryBean;
import org.springframework.scheduling.quartz.SpringBeanJobFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A Quartz scheduler whose job store is the database: each firing goes to one replica, and that of
 * a replica that died to another. It is no bean, since Camel takes the only scheduler among the
 * beans for its ticks, and those every replica has for itself.
 *
 * <p>It is built beside the running service, which neither waits for it at its start nor fails if
 * the database goes away in the midst of that. Quartz compares the replicas' own clocks: where they
 * differ by more than some seconds a firing may be early or, in the midst of a run, come twice; the
 * job stands both.
 */
@Component
class ClusteredSchedule implements DisposableBean {
  private static final Logger log = LoggerFactory.getLogger("muster");

  /** As the rows of {@code muster.qrtz_locks} have it. */
  private static final String NAME = "muster";

  /**
   * One narrow update each. A replica that died is noticed after this and 7.5 s, by others that
   * look as often: its firing is 28 s late at most.
   */
  private static final Duration CHECK_IN = Duration.ofSeconds(10);

  /** Before it is built, since the accounts have much to do just then, and before it is retried. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /** Quartz waits for its threads, which may wait for a database that says nothing. */
  private static final Duration STOPS = Duration.ofSeconds(1);

  private final ApplicationContext context;
  private final DataSource pool;
  private final PlatformTransactionManager transactions;
  private final JdbcTemplate jdbc;
  private final Partitions partitions;
  private final MusterSettings settings;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private SchedulerFactoryBean scheduler;

  ClusteredSchedule(
      ApplicationContext context,
      DataSource pool,
      PlatformTransactionManager transactions,
      JdbcTemplate jdbc,
      Partitions partitions,
      MusterSettings settings) {
    this.context = context;
    this.pool = pool;
    this.transactions = transactions;
    this.jdbc = jdbc;
    this.partitions = partitions;
    this.settings = settings;
  }

  /** A process that will exit soon runs it by itself. */
  @EventListener(ApplicationReadyEvent.class)
  void begin() {
    if (settings.once()) {
      partitions.tend(null);
    } else {
      daemon("schedule", this::startAtLast);
    }
  }

  private void startAtLast() {
    boolean complained = false;
    try {
      while (!stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          start();
          return;
        } catch (Exception e) {
          if (!complained && !DatabaseWatch.tells(e) && stopping.getCount() > 0) {
            complained = true;
            log.warn("can't start the clustered schedule, tries on: {}", e.getMessage());
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void start() throws Exception {
    if (stopping.getCount() == 0) {
      return;
    }
    JobDetail job =
        JobBuilder.newJob(PartitionsJob.class)
            .withIdentity("partitions", NAME)
            .withDescription("Makes months ahead and drops those past their age.")
            .storeDurably()
            .build();
    SchedulerFactoryBean building = new SchedulerFactoryBean();
    building.setSchedulerName(NAME);
    building.setApplicationContext(context);
    building.setJobFactory(jobs());
    building.setDataSource(pool);
    // Else each statement that stores job and trigger would be a transaction of its own.
    building.setTransactionManager(transactions);
    building.setQuartzProperties(properties());
    Trigger trigger = trigger(job);
    building.setJobDetails(job);
    building.setTriggers(trigger);
    try {
      building.afterPropertiesSet();
      dropOthers(building.getScheduler(), trigger);
      building.start();
      scheduler = building;
    } catch (Exception e) {
      building.destroy();
      throw e;
    }
  }

  private SpringBeanJobFactory jobs() {
    SpringBeanJobFactory factory = new SpringBeanJobFactory();
    factory.setApplicationContext(context);
    return factory;
  }

  /**
   * One that is there already stays as it is: a replica that has taken the next firing of a trigger
   * that is replaced meanwhile would write its own back, and both would fire from then on. So one
   * with another interval is another trigger.
   */
  private Trigger trigger(JobDetail job) {
    Duration every = settings.retention().every();
    return TriggerBuilder.newTrigger()
        .withIdentity("every " + every, NAME)
        .forJob(job)
        .startNow()
        .withSchedule(
            SimpleScheduleBuilder.simpleSchedule()
                .withIntervalInMilliseconds(every.toMillis())
                .repeatForever()
                // If nobody was there for a minute: once, and at once.
                .withMisfireHandlingInstructionNowWithRemainingCount())
        .build();
  }

  /** The replica that started last says how often. */
  private void dropOthers(Scheduler scheduler, Trigger own) throws SchedulerException {
    for (Trigger trigger : scheduler.getTriggersOfJob(own.getJobKey())) {
      if (!trigger.getKey().equals(own.getKey())) {
        new TransactionTemplate(transactions)
            .execute(transaction -> unschedule(scheduler, trigger.getKey()));
      }
    }
  }

  private static boolean unschedule(Scheduler scheduler, TriggerKey trigger) {
    try {
      return scheduler.unscheduleJob(trigger);
    } catch (SchedulerException e) {
      throw new IllegalStateException(e);
    }
  }

  private Properties properties() {
    Properties quartz = new Properties();
    quartz.setProperty("org.quartz.scheduler.instanceId", replica());
    quartz.setProperty("org.quartz.scheduler.makeSchedulerThreadDaemon", "true");
    quartz.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
    quartz.setProperty("org.quartz.threadPool.threadCount", "1");
    quartz.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
    quartz.setProperty("org.quartz.jobStore.makeThreadsDaemons", "true");
    quartz.setProperty(
        "org.quartz.jobStore.driverDelegateClass", PostgreSQLDelegate.class.getName());
    quartz.setProperty("org.quartz.jobStore.tablePrefix", "muster.qrtz_");
    quartz.setProperty("org.quartz.jobStore.useProperties", "true");
    quartz.setProperty("org.quartz.jobStore.isClustered", "true");
    quartz.setProperty(
        "org.quartz.jobStore.clusterCheckinInterval", Long.toString(CHECK_IN.toMillis()));
    return quartz;
  }

  /** The name by which the database knows it, which two containers may share. */
  private String replica() {
    return jdbc.queryForObject("select current_setting('application_name')", String.class)
        + " "
        + UUID.randomUUID().toString().substring(0, 8);
  }

  @Override
  public void destroy() throws InterruptedException {
    stopping.countDown();
    daemon("schedule-stop", this::stop).join(STOPS.toMillis());
  }

  private synchronized void stop() {
    if (scheduler != null) {
      try {
        scheduler.destroy();
      } catch (SchedulerException e) {
        log.warn("can't stop the clustered schedule: {}", e.getMessage());
      }
    }
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}

package dev.muster.schedule;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** A firing of the schedule. Its name stands in the database, where every replica reads it. */
@DisallowConcurrentExecution
class PartitionsJob implements Job {
  private final Partitions partitions;

  PartitionsJob(Partitions partitions) {
    this.partitions = partitions;
  }

  @Override
  public void execute(JobExecutionContext firing) {
    partitions.tend(firing.getScheduledFireTime().toInstant());
  }
}

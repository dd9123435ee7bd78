package dev.muster.work;

/** Is told of each outcome once it stands in the database. */
public interface SettlementListener {
  void settled(Outcome outcome);
}

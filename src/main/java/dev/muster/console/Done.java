package dev.muster.console;

import java.util.List;

/**
 * What an act brought.
 *
 * @param sql the statement that ran
 * @param rows how many rows it touched or returned
 * @param said the first of them, and the database's notices
 */
public record Done(String sql, int rows, List<String> said) {}

package dev.triptych.host.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * Where the command line reads and writes: results to {@code out}, everything else to {@code err}.
 *
 * @param in standard input
 * @param out for results
 * @param err for progress and errors
 * @param terminal whether {@code err} is a terminal
 * @param environment the environment variables
 */
public record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean terminal,
    Map<String, String> environment) {}

/** The command line. */
package dev.triptych.host.cli;

/** Runs generators: in parallel, with progress, cancellable, and with failures as results. */
package dev.triptych.host.jobs;

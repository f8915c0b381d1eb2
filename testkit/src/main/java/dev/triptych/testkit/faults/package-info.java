/**
 * Plugins that do wrong whatever a plugin can do wrong, each packed as a bundle that can be
 * installed: for whoever builds or tests a host.
 */
package dev.triptych.testkit.faults;

/** The embedded Felix, what it exports, the generators in it, and the plugins that come and go. */
package dev.triptych.host.bundles;

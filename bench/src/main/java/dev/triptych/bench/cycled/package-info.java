/** What {@link dev.triptych.bench.PluginCycles} packs into plugins; the host never sees it. */
package dev.triptych.bench.cycled;

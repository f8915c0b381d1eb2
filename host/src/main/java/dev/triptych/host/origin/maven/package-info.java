/** Maven Resolver, in a room of its own: its jars are loaded when coordinates are first used. */
package dev.triptych.host.origin.maven;

/** A plugin that ends its process in every way that Java cannot contain. */
package dev.triptych.it.isolated;

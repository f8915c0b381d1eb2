/** Forms that a text must have: regular expressions and grammars, over any vocabulary. */
@Export
@Version("1.0.0")
package dev.triptych.models.generation.form;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

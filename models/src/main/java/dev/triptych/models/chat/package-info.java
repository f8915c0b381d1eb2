/** Chat templates: how a talk is written as one text for a language model. */
@Export
@Version("1.0.0")
package dev.triptych.models.chat;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

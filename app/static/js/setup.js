// Setup and sign-in.
import "./errors.js";
import "./steps.js";
import "./zone.js";
import "./password.js";
import "./inline-post.js";
import "./passkeys.js";
import "./double-submit.js";
import "./language.js";

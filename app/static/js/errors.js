// After a refused form, start reading at the list of what is wrong.
document.querySelector("[data-error-summary]")?.focus();

// Offer the time zone that this browser is set to, as long as nobody chose one.
const select = document.querySelector("select[data-detect-zone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (select && [...select.options].some((option) => option.value === here)) select.value = here;

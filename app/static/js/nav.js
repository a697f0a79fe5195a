// On a phone the navigation scrolls sideways: bring the current page's entry into view.
const nav = document.querySelector(".side nav");
const here = nav?.querySelector("[aria-current]");
if (here && nav.scrollWidth > nav.clientWidth) here.scrollIntoView({ block: "nearest", inline: "center" });

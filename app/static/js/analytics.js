// Has a visit counted by the program that the operator chose, unless the visitor asks not to be tracked.
(() => {
  const { program, site, address } = document.currentScript.dataset;
  if (navigator.globalPrivacyControl || [navigator.doNotTrack, window.doNotTrack].some((said) => said === "1" || said === "yes")) return;
  const load = (src, data = {}) => {
    const script = document.createElement("script");
    Object.assign(script, { src, defer: true });
    Object.assign(script.dataset, data);
    document.head.append(script);
  };
  if (program === "matomo") {
    window._paq = [["disableCookies"], ["setDoNotTrack", true], ["setTrackerUrl", `${address}/matomo.php`], ["setSiteId", site], ["trackPageView"], ["enableLinkTracking"]];
    load(`${address}/matomo.js`);
  } else if (program === "plausible") {
    load(`${address}/js/script.js`, { domain: site });
  } else if (program === "ga4") {
    const layer = (window.dataLayer = window.dataLayer || []);
    window.gtag = function gtag() { layer.push(arguments); }; // it wants arguments, not an array
    window.gtag("js", new Date());
    window.gtag("config", site);
    load(`https://www.googletagmanager.com/gtag/js?id=${site}`);
  }
})();

// From the disk a browser lets no page fetch another: results are listed without their excerpts.
document.addEventListener("DOMContentLoaded", () => {
  if (window.location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }
});

/* The excerpt of a result begins with the page, not with the way to it. */
if (typeof Search !== "undefined") {
  const htmlToText = Search.htmlToText;
  Search.htmlToText = (htmlString, anchor) => {
    const page = new DOMParser().parseFromString(htmlString, "text/html");
    page.querySelectorAll(".bd-header-article, .bd-sidebar-secondary, .prev-next-footer").forEach((one) => one.remove());
    return htmlToText(page.documentElement.outerHTML, anchor);
  };
}

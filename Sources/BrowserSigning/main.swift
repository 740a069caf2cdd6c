// Nothing runs by itself: the browser calls the exports.

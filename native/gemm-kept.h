/* Weights packed once. A product whose B never changes may be given memory for its panels (`kept` of struct esp_gemm): the
 * first one packs all of B there, the others multiply from it. The panels are those that a product packs anew otherwise, so
 * no bit of a result depends on which of the two happened. Part of gemm.c. */
#ifndef ESPALIER_GEMM_KEPT_H
#define ESPALIER_GEMM_KEPT_H

/* Units before the panels of a matrix; the first is 0 until the panels are there. */
#define KEPT_HEAD 16
/* Rows beyond which packing B anew costs too little to matter. */
#ifndef KEPT_ROWS
#define KEPT_ROWS 256
#endif
/* Elements of B below which the caches hold it anyhow. */
#define KEPT_LEAST ((esp_i)1 << 14)

/* Units of a panel of B with elements 0 … k along k. */
static esp_i panel_units(const struct product *g, esp_i k) {
  const esp_i pass = pass_of(g) * group_of(g->op);
  return NR * (units_of(g, k) + (has_bias(g) ? (k + pass - 1) / pass : 0));
}
static esp_i panels_of(esp_i n) { return (n + NR - 1) / NR; }
/* Units of one kept matrix. */
static esp_i kept_units(const struct product *g) { return KEPT_HEAD + up(panels_of(g->n) * panel_units(g, g->k), 16); }

/* Whether packing takes a part of the time that is worth the memory. */
static int keeping_pays(const struct product *g) {
  /* Narrow weights that products widen would take more than twice their memory. */
  return g->m <= KEPT_ROWS && g->n * g->k >= KEPT_LEAST && 32 / group_of(g->op) <= 2 * g->b.bits && !g->b.scale.p;
}

/* The panels of B from element p0 along k on, packed now if they are not yet; panel_units(g, g->k) from one to the next. */
static uint32_t *kept_panels(struct esp_device *dev, const struct product *g, esp_i p0) {
  uint32_t *const head = (uint32_t *)g->b.kept + g->b.number * kept_units(g);
  const esp_i group = group_of(g->op), pass = pass_of(g) * group, panels = panels_of(g->n), threads = esp_team_size(dev);
  if (!*head) {
    struct strip s = {.g = g, .n = g->n, .k = g->k, .panel = panel_units(g, g->k), .b = head + KEPT_HEAD};
    esp_parallel(dev, pack_piece, &s, panels, up(panels, 4 * threads) / (4 * threads));
    *head = 1;
  }
  return head + KEPT_HEAD + NR * (p0 / group + (has_bias(g) ? p0 / pass : 0));
}
#endif

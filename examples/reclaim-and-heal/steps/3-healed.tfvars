clock = "6h"

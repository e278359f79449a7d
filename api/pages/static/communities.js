import { letSearch } from "./search.js";
import { byId } from "./wuzao.js";

letSearch(byId("communities"));

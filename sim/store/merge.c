/* Shards of a sweep into one file. */
#include "sim/store/sweep.h"
#include "sim/store/writer.h"

#include <stdlib.h>

static int
attach(store_writer_t *self, const char *path)
{
    sqlite3_stmt *stmt = NULL;
    int ret = store_execute(self, "COMMIT");

    if (ret == 0 && sqlite3_prepare_v2(self->db, "ATTACH ? AS shard", -1, &stmt, NULL) != SQLITE_OK) {
        ret = store_fail_sql(self);
    }
    if (ret == 0) {
        store_bind_text(stmt, 1, path);
        ret = store_step_done(stmt) == 0 ? 0 : store_fail_sql(self);
    }
    (void) sqlite3_finalize(stmt);
    return ret == 0 ? store_execute(self, "BEGIN") : ret;
}

static int
detach(store_writer_t *self)
{
    return store_execute(self, "COMMIT; DETACH shard; BEGIN");
}

int
store_merge_begin(store_writer_t *self, const char *shard)
{
    static const char COPY[] =
        "INSERT INTO manifest SELECT * FROM shard.manifest; INSERT INTO plan SELECT * FROM shard.plan;"
        "INSERT INTO kpi SELECT * FROM shard.kpi; INSERT INTO grp SELECT * FROM shard.grp;"
        "INSERT INTO period SELECT * FROM shard.period; INSERT INTO cell SELECT * FROM shard.cell;"
        "INSERT INTO parameter SELECT * FROM shard.parameter; INSERT INTO offer SELECT * FROM shard.offer;"
        "INSERT INTO input SELECT * FROM shard.input";
    int ret = store_execute(self, STORE_SCHEMA_SWEEP);

    if (ret == 0) {
        ret = attach(self, shard);
    }
    if (ret == 0) {
        ret = store_execute(self, COPY);
    }
    return ret == 0 ? detach(self) : ret;
}

int
store_merge_add(store_writer_t *self, const char *shard)
{
    int ret = attach(self, shard);

    if (ret == 0) {
        ret = store_execute(self, "INSERT INTO point SELECT * FROM shard.point ORDER BY id;"
                                  "INSERT INTO replicate SELECT * FROM shard.replicate ORDER BY id");
    }
    return ret == 0 ? detach(self) : ret;
}

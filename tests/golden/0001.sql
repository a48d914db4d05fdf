BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE announcement (
	id INTEGER NOT NULL, 
	snapshot_id INTEGER NOT NULL, 
	chat_id BIGINT NOT NULL, 
	thread_id BIGINT, 
	reply_to_message_id BIGINT NOT NULL, 
	status_message_id BIGINT, 
	summary_message_id BIGINT, 
	told_attempts INTEGER NOT NULL, 
	pdf_sent_at DATETIME, 
	announced_at DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(snapshot_id) REFERENCES snapshot (id) ON DELETE CASCADE, 
	UNIQUE (snapshot_id, chat_id, reply_to_message_id)
);
INSERT INTO "announcement" VALUES(1,1,4711,NULL,7,NULL,NULL,0,NULL,NULL);
INSERT INTO "announcement" VALUES(2,2,4711,NULL,7,NULL,NULL,0,NULL,NULL);
INSERT INTO "announcement" VALUES(3,3,4711,NULL,7,NULL,NULL,0,NULL,NULL);
INSERT INTO "announcement" VALUES(4,4,4711,NULL,7,NULL,NULL,0,NULL,NULL);
INSERT INTO "announcement" VALUES(5,5,-1001234567890,NULL,7,NULL,NULL,0,NULL,NULL);
INSERT INTO "announcement" VALUES(6,6,4711,NULL,7,NULL,NULL,0,NULL,NULL);
INSERT INTO "announcement" VALUES(7,7,4711,NULL,7,NULL,NULL,0,NULL,NULL);
CREATE TABLE artifact (
	id INTEGER NOT NULL, 
	snapshot_id INTEGER NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	content_type VARCHAR NOT NULL, 
	telegram_file_id VARCHAR, 
	PRIMARY KEY (id), 
	FOREIGN KEY(snapshot_id) REFERENCES snapshot (id) ON DELETE CASCADE, 
	UNIQUE (snapshot_id, kind)
);
INSERT INTO "artifact" VALUES(1,1,'text','8cbfbaaf8455982ec1e5f601f6080e2279208aeb7c6af695107971241eb3f38e',71,'text/markdown',NULL);
INSERT INTO "artifact" VALUES(2,1,'pdf','6a45f8e61768c04351abfb224aa897eb74136edfa124114af94657880183395c',16,'text/markdown',NULL);
INSERT INTO "artifact" VALUES(3,2,'text','f26e49597801b1d32da61cd74baab9057c95adb2255f896eecab596f04220a43',50,'text/markdown',NULL);
CREATE TABLE chat (
	id BIGINT NOT NULL, 
	is_owner BOOLEAN NOT NULL, 
	allowed_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "chat" VALUES(4711,1,'2026-11-26 07:04:33.362013');
INSERT INTO "chat" VALUES(-1001234567890,0,'2026-11-26 07:04:33.365239');
CREATE TABLE inbox (
	update_id BIGINT NOT NULL, 
	chat_id BIGINT NOT NULL, 
	payload VARCHAR NOT NULL, 
	received_at DATETIME NOT NULL, 
	handled_at DATETIME, 
	error VARCHAR, 
	PRIMARY KEY (update_id)
);
INSERT INTO "inbox" VALUES(1,4711,'{"update_id": 1}','2026-11-26 07:04:33.368240','2026-11-26 07:04:33.370918',NULL);
INSERT INTO "inbox" VALUES(2,-1001234567890,'{"update_id": 2}','2026-11-26 07:04:33.368420',NULL,NULL);
CREATE TABLE link (
	id INTEGER NOT NULL, 
	chat_id BIGINT NOT NULL, 
	url VARCHAR NOT NULL, 
	url_key VARCHAR NOT NULL, 
	title VARCHAR, 
	note VARCHAR, 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (chat_id, url_key)
);
INSERT INTO "link" VALUES(1,4711,'https://example.org/adam','example.org/adam','Adam：一种优化器',NULL,'2026-11-26 07:04:33.376385');
INSERT INTO "link" VALUES(2,4711,'https://example.org/sgd','example.org/sgd','SGD',NULL,'2026-11-26 07:04:33.408243');
INSERT INTO "link" VALUES(3,4711,'https://example.org/lost','example.org/lost',NULL,NULL,'2026-11-26 07:04:33.422303');
INSERT INTO "link" VALUES(4,4711,'https://example.org/waiting','example.org/waiting',NULL,NULL,'2026-11-26 07:04:33.433642');
INSERT INTO "link" VALUES(5,-1001234567890,'https://example.org/adam','example.org/adam',NULL,NULL,'2026-11-26 07:04:33.446138');
INSERT INTO "link" VALUES(6,4711,'https://example.org/running','example.org/running',NULL,NULL,'2026-11-26 07:04:33.453900');
INSERT INTO "link" VALUES(7,4711,'https://example.org/stumbled','example.org/stumbled',NULL,NULL,'2026-11-26 07:04:33.462956');
CREATE TABLE link_tag (
	link_id INTEGER NOT NULL, 
	tag_id INTEGER NOT NULL, 
	PRIMARY KEY (link_id, tag_id), 
	FOREIGN KEY(link_id) REFERENCES link (id) ON DELETE CASCADE, 
	FOREIGN KEY(tag_id) REFERENCES tag (id) ON DELETE CASCADE
);
INSERT INTO "link_tag" VALUES(1,1);
INSERT INTO "link_tag" VALUES(1,2);
INSERT INTO "link_tag" VALUES(2,1);
INSERT INTO "link_tag" VALUES(3,1);
INSERT INTO "link_tag" VALUES(4,3);
INSERT INTO "link_tag" VALUES(5,4);
INSERT INTO "link_tag" VALUES(7,3);
CREATE TABLE snapshot (
	id INTEGER NOT NULL, 
	link_id INTEGER NOT NULL, 
	status VARCHAR(24) NOT NULL, 
	attempts INTEGER NOT NULL, 
	run_after DATETIME NOT NULL, 
	claimed_by VARCHAR, 
	lease_until DATETIME, 
	captured_at DATETIME, 
	final_url VARCHAR, 
	http_status INTEGER, 
	verdict VARCHAR(24), 
	error VARCHAR, 
	PRIMARY KEY (id), 
	FOREIGN KEY(link_id) REFERENCES link (id) ON DELETE CASCADE
);
INSERT INTO "snapshot" VALUES(1,1,'done',1,'2026-11-26 07:04:33.385141',NULL,NULL,'2026-11-26 07:04:33.398118','https://example.org/adam',200,'ok',NULL);
INSERT INTO "snapshot" VALUES(2,2,'done',1,'2026-11-26 07:04:33.411045',NULL,NULL,'2026-11-26 07:04:33.416876','https://example.org/sgd',200,'ok',NULL);
INSERT INTO "snapshot" VALUES(3,3,'failed',1,'2026-11-26 07:04:33.424886',NULL,NULL,'2026-11-26 07:04:33.430615','https://example.org/lost',404,'not-found','example.org has no page at this address (404).');
INSERT INTO "snapshot" VALUES(4,4,'queued',0,'2026-11-26 07:04:33.436434',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "snapshot" VALUES(5,5,'queued',0,'2026-11-26 07:04:33.449028',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "snapshot" VALUES(6,6,'running',1,'2026-11-26 07:04:33.455364','golden/1/word','2026-11-26 07:05:33.459351',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "snapshot" VALUES(7,7,'queued',1,'2026-11-26 07:04:33.470905',NULL,NULL,'2026-11-26 07:04:33.470976',NULL,NULL,'unreachable','example.org did not answer.');
CREATE TABLE tag (
	id INTEGER NOT NULL, 
	chat_id BIGINT NOT NULL, 
	"key" VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (chat_id, "key")
);
INSERT INTO "tag" VALUES(1,4711,'optimizer','optimizer');
INSERT INTO "tag" VALUES(2,4711,'深度学习','深度学习');
INSERT INTO "tag" VALUES(3,4711,'later','later');
INSERT INTO "tag" VALUES(4,-1001234567890,'optimizer','Optimizer');
CREATE INDEX ix_inbox_open ON inbox (handled_at, chat_id, update_id);
CREATE INDEX ix_link_newest ON link (chat_id, id);
CREATE INDEX ix_link_tag_links ON link_tag (tag_id, link_id);
CREATE INDEX ix_snapshot_due ON snapshot (status, run_after);
CREATE INDEX ix_snapshot_link_id ON snapshot (link_id);
CREATE UNIQUE INDEX ix_snapshot_one_open ON snapshot (link_id) WHERE status IN ('queued', 'running');
CREATE INDEX ix_announcement_message ON announcement (chat_id, reply_to_message_id);
CREATE INDEX ix_announcement_open ON announcement (announced_at, chat_id);
CREATE INDEX ix_announcement_summary_message_id ON announcement (summary_message_id);
CREATE INDEX ix_artifact_sha256 ON artifact (sha256);
COMMIT;

CREATE TABLE `rtmp_source_secrets` (
	`source_uid` text PRIMARY KEY NOT NULL,
	`sealed_key` blob NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	FOREIGN KEY (`source_uid`) REFERENCES `rtmp_sources`(`uid`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `rtmp_sources` (
	`uid` text PRIMARY KEY NOT NULL,
	`id` integer,
	`user_id` text,
	`name` text NOT NULL,
	`url` text NOT NULL,
	`bitrate` integer DEFAULT 2500 NOT NULL,
	`is_default` integer DEFAULT false NOT NULL,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`deleted_at` text,
	CONSTRAINT "rtmp_sources_name" CHECK(length("rtmp_sources"."name") between 1 and 80),
	CONSTRAINT "rtmp_sources_bitrate" CHECK("rtmp_sources"."bitrate" > 0),
	CONSTRAINT "rtmp_sources_is_default" CHECK("rtmp_sources"."is_default" in (0, 1))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `rtmp_sources_id_unique` ON `rtmp_sources` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `rtmp_sources_one_default` ON `rtmp_sources` (`is_default`) WHERE "rtmp_sources"."is_default" = 1 and "rtmp_sources"."deleted_at" is null;--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	CONSTRAINT "settings_value" CHECK(json_valid("settings"."value"))
);
--> statement-breakpoint
CREATE TABLE `streaming_sessions` (
	`uid` text PRIMARY KEY NOT NULL,
	`id` integer,
	`user_id` text,
	`avatar_uid` text,
	`start_time` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`end_time` text,
	`duration` integer DEFAULT 0 NOT NULL,
	`platform` text,
	`viewers` integer DEFAULT 0 NOT NULL,
	`status` text DEFAULT 'active' NOT NULL,
	`metadata` text,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	CONSTRAINT "streaming_sessions_status" CHECK("streaming_sessions"."status" in ('active', 'ended', 'failed')),
	CONSTRAINT "streaming_sessions_duration" CHECK("streaming_sessions"."duration" between 0 and 604800),
	CONSTRAINT "streaming_sessions_viewers" CHECK("streaming_sessions"."viewers" >= 0),
	CONSTRAINT "streaming_sessions_end" CHECK(("streaming_sessions"."status" = 'active') = ("streaming_sessions"."end_time" is null)),
	CONSTRAINT "streaming_sessions_metadata" CHECK("streaming_sessions"."metadata" is null or json_valid("streaming_sessions"."metadata"))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `streaming_sessions_id_unique` ON `streaming_sessions` (`id`);--> statement-breakpoint
CREATE INDEX `streaming_sessions_start_time` ON `streaming_sessions` (`start_time`);
CREATE TABLE `avatar_categories` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`thumbnail_url` text,
	`is_active` integer DEFAULT true NOT NULL,
	`sort_order` integer DEFAULT 0 NOT NULL,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`sync_seq` integer DEFAULT 0 NOT NULL,
	`deleted_at` text,
	CONSTRAINT "avatar_categories_is_active" CHECK("avatar_categories"."is_active" in (0, 1))
);
--> statement-breakpoint
CREATE TABLE `avatars` (
	`uid` text PRIMARY KEY NOT NULL,
	`id` integer,
	`rev` integer DEFAULT 0 NOT NULL,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`sync_seq` integer DEFAULT 0 NOT NULL,
	`deleted_at` text,
	`user_id` text,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`category` text DEFAULT 'custom' NOT NULL,
	`thumbnail_url` text,
	`preview_url` text,
	`model_url` text,
	`file_url` text,
	`ipfs_hash` text,
	`supabase_url` text,
	`vertices` integer NOT NULL,
	`control_points` integer NOT NULL,
	`file_size` integer NOT NULL,
	`is_rigged` integer DEFAULT false NOT NULL,
	`rigged_model_url` text,
	`rigged_ipfs_hash` text,
	`face_tracking_enabled` integer DEFAULT true NOT NULL,
	`body_tracking_enabled` integer DEFAULT true NOT NULL,
	`hand_tracking_enabled` integer DEFAULT false NOT NULL,
	`lod_levels` text,
	`animations` text,
	`blend_shapes` text,
	`is_premium` integer DEFAULT false NOT NULL,
	`is_public` integer DEFAULT false NOT NULL,
	`required_plan` text,
	`usage_count` integer DEFAULT 0 NOT NULL,
	`last_used_at` text,
	`metadata` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`required_plan`) REFERENCES `subscription_plans`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "avatars_name" CHECK(length("avatars"."name") between 1 and 200),
	CONSTRAINT "avatars_type" CHECK("avatars"."type" in ('2d-generated', 'glb-upload', 'preset', 'built-in')),
	CONSTRAINT "avatars_vertices" CHECK("avatars"."vertices" >= 0),
	CONSTRAINT "avatars_control_points" CHECK("avatars"."control_points" >= 0),
	CONSTRAINT "avatars_file_size" CHECK("avatars"."file_size" >= 0),
	CONSTRAINT "avatars_usage_count" CHECK("avatars"."usage_count" >= 0),
	CONSTRAINT "avatars_is_rigged" CHECK("avatars"."is_rigged" in (0, 1)),
	CONSTRAINT "avatars_face_tracking_enabled" CHECK("avatars"."face_tracking_enabled" in (0, 1)),
	CONSTRAINT "avatars_body_tracking_enabled" CHECK("avatars"."body_tracking_enabled" in (0, 1)),
	CONSTRAINT "avatars_hand_tracking_enabled" CHECK("avatars"."hand_tracking_enabled" in (0, 1)),
	CONSTRAINT "avatars_is_premium" CHECK("avatars"."is_premium" in (0, 1)),
	CONSTRAINT "avatars_is_public" CHECK("avatars"."is_public" in (0, 1)),
	CONSTRAINT "avatars_lod_levels" CHECK("avatars"."lod_levels" is null or json_valid("avatars"."lod_levels")),
	CONSTRAINT "avatars_animations" CHECK("avatars"."animations" is null or json_valid("avatars"."animations")),
	CONSTRAINT "avatars_blend_shapes" CHECK("avatars"."blend_shapes" is null or json_valid("avatars"."blend_shapes")),
	CONSTRAINT "avatars_metadata" CHECK("avatars"."metadata" is null or json_valid("avatars"."metadata"))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `avatars_id_unique` ON `avatars` (`id`);--> statement-breakpoint
CREATE INDEX `avatars_user_id` ON `avatars` (`user_id`);--> statement-breakpoint
CREATE INDEX `avatars_required_plan` ON `avatars` (`required_plan`);--> statement-breakpoint
CREATE INDEX `avatars_library` ON `avatars` (`created_at`,`uid`) WHERE "avatars"."deleted_at" is null;--> statement-breakpoint
CREATE TABLE `preset_avatars` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`category_id` integer,
	`thumbnail_url` text NOT NULL,
	`preview_url` text NOT NULL,
	`model_url` text NOT NULL,
	`ipfs_hash` text,
	`vertices` integer NOT NULL,
	`file_size` integer NOT NULL,
	`is_rigged` integer DEFAULT true NOT NULL,
	`face_tracking_enabled` integer DEFAULT true NOT NULL,
	`body_tracking_enabled` integer DEFAULT true NOT NULL,
	`animations` text,
	`blend_shapes` text,
	`required_plan` text DEFAULT 'free' NOT NULL,
	`is_active` integer DEFAULT true NOT NULL,
	`usage_count` integer DEFAULT 0 NOT NULL,
	`metadata` text,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`sync_seq` integer DEFAULT 0 NOT NULL,
	`deleted_at` text,
	FOREIGN KEY (`category_id`) REFERENCES `avatar_categories`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`required_plan`) REFERENCES `subscription_plans`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "preset_avatars_vertices" CHECK("preset_avatars"."vertices" >= 0),
	CONSTRAINT "preset_avatars_file_size" CHECK("preset_avatars"."file_size" >= 0),
	CONSTRAINT "preset_avatars_usage_count" CHECK("preset_avatars"."usage_count" >= 0),
	CONSTRAINT "preset_avatars_is_rigged" CHECK("preset_avatars"."is_rigged" in (0, 1)),
	CONSTRAINT "preset_avatars_face_tracking_enabled" CHECK("preset_avatars"."face_tracking_enabled" in (0, 1)),
	CONSTRAINT "preset_avatars_body_tracking_enabled" CHECK("preset_avatars"."body_tracking_enabled" in (0, 1)),
	CONSTRAINT "preset_avatars_is_active" CHECK("preset_avatars"."is_active" in (0, 1)),
	CONSTRAINT "preset_avatars_animations" CHECK("preset_avatars"."animations" is null or json_valid("preset_avatars"."animations")),
	CONSTRAINT "preset_avatars_blend_shapes" CHECK("preset_avatars"."blend_shapes" is null or json_valid("preset_avatars"."blend_shapes")),
	CONSTRAINT "preset_avatars_metadata" CHECK("preset_avatars"."metadata" is null or json_valid("preset_avatars"."metadata"))
);
--> statement-breakpoint
CREATE INDEX `preset_avatars_category_id` ON `preset_avatars` (`category_id`);--> statement-breakpoint
CREATE INDEX `preset_avatars_required_plan` ON `preset_avatars` (`required_plan`);--> statement-breakpoint
CREATE TABLE `add_ons` (
	`id` integer PRIMARY KEY NOT NULL,
	`addon_id` text NOT NULL,
	`name` text NOT NULL,
	`price` integer NOT NULL,
	`description` text NOT NULL,
	`stripe_price_id` text,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`sync_seq` integer DEFAULT 0 NOT NULL,
	`deleted_at` text,
	CONSTRAINT "add_ons_price" CHECK("add_ons"."price" >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `add_ons_addon_id` ON `add_ons` (`addon_id`);--> statement-breakpoint
CREATE TABLE `subscription_plans` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`rank` integer NOT NULL,
	`price` integer NOT NULL,
	`currency` text DEFAULT 'USD' NOT NULL,
	`billing_interval` text DEFAULT 'month' NOT NULL,
	`stream_minutes_per_week` integer DEFAULT 0 NOT NULL,
	`avatar_max_count` integer DEFAULT 1 NOT NULL,
	`max_concurrent_streams` integer DEFAULT 1 NOT NULL,
	`max_resolution` text DEFAULT '720p' NOT NULL,
	`marketplace_access` integer DEFAULT false NOT NULL,
	`custom_avatars` integer DEFAULT false NOT NULL,
	`priority_support` integer DEFAULT false NOT NULL,
	`white_label` integer DEFAULT false NOT NULL,
	`api_access` integer DEFAULT false NOT NULL,
	`is_popular` integer DEFAULT false NOT NULL,
	`is_free` integer DEFAULT false NOT NULL,
	`is_active` integer DEFAULT true NOT NULL,
	`sort_order` integer DEFAULT 0 NOT NULL,
	`stripe_product_id` text,
	`stripe_price_id` text,
	`x_spaces_hosting` integer DEFAULT false NOT NULL,
	`rigging_studio_access` integer DEFAULT false NOT NULL,
	`max_morph_points` integer DEFAULT 0 NOT NULL,
	`buddy_invite_access` integer DEFAULT false NOT NULL,
	`is_coming_soon` integer DEFAULT false NOT NULL,
	`max_bones` integer DEFAULT 0 NOT NULL,
	`max_morph_targets` integer DEFAULT 0 NOT NULL,
	`tracking_precision` real DEFAULT 0.5 NOT NULL,
	`animation_smoothness` real DEFAULT 0.5 NOT NULL,
	`rigging_features` text,
	`bone_structure` text,
	`animation_responsiveness` real DEFAULT 0.5 NOT NULL,
	`face_tracking` integer DEFAULT false NOT NULL,
	`body_tracking` integer DEFAULT false NOT NULL,
	`hand_tracking` integer DEFAULT false NOT NULL,
	`finger_tracking` integer DEFAULT false NOT NULL,
	`eye_tracking` integer DEFAULT false NOT NULL,
	`expression_tracking` integer DEFAULT false NOT NULL,
	`auto_rigging_enabled` integer DEFAULT false NOT NULL,
	`max_file_size_mb` integer DEFAULT 25 NOT NULL,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`sync_seq` integer DEFAULT 0 NOT NULL,
	`deleted_at` text,
	CONSTRAINT "subscription_plans_price" CHECK("subscription_plans"."price" >= 0),
	CONSTRAINT "subscription_plans_stream_minutes_per_week" CHECK("subscription_plans"."stream_minutes_per_week" >= 0),
	CONSTRAINT "subscription_plans_avatar_max_count" CHECK("subscription_plans"."avatar_max_count" >= 0),
	CONSTRAINT "subscription_plans_max_concurrent_streams" CHECK("subscription_plans"."max_concurrent_streams" >= 0),
	CONSTRAINT "subscription_plans_max_morph_points" CHECK("subscription_plans"."max_morph_points" >= 0),
	CONSTRAINT "subscription_plans_max_bones" CHECK("subscription_plans"."max_bones" >= 0),
	CONSTRAINT "subscription_plans_max_morph_targets" CHECK("subscription_plans"."max_morph_targets" >= 0),
	CONSTRAINT "subscription_plans_max_file_size_mb" CHECK("subscription_plans"."max_file_size_mb" >= 0),
	CONSTRAINT "subscription_plans_marketplace_access" CHECK("subscription_plans"."marketplace_access" in (0, 1)),
	CONSTRAINT "subscription_plans_custom_avatars" CHECK("subscription_plans"."custom_avatars" in (0, 1)),
	CONSTRAINT "subscription_plans_priority_support" CHECK("subscription_plans"."priority_support" in (0, 1)),
	CONSTRAINT "subscription_plans_white_label" CHECK("subscription_plans"."white_label" in (0, 1)),
	CONSTRAINT "subscription_plans_api_access" CHECK("subscription_plans"."api_access" in (0, 1)),
	CONSTRAINT "subscription_plans_is_popular" CHECK("subscription_plans"."is_popular" in (0, 1)),
	CONSTRAINT "subscription_plans_is_free" CHECK("subscription_plans"."is_free" in (0, 1)),
	CONSTRAINT "subscription_plans_is_active" CHECK("subscription_plans"."is_active" in (0, 1)),
	CONSTRAINT "subscription_plans_x_spaces_hosting" CHECK("subscription_plans"."x_spaces_hosting" in (0, 1)),
	CONSTRAINT "subscription_plans_rigging_studio_access" CHECK("subscription_plans"."rigging_studio_access" in (0, 1)),
	CONSTRAINT "subscription_plans_buddy_invite_access" CHECK("subscription_plans"."buddy_invite_access" in (0, 1)),
	CONSTRAINT "subscription_plans_is_coming_soon" CHECK("subscription_plans"."is_coming_soon" in (0, 1)),
	CONSTRAINT "subscription_plans_face_tracking" CHECK("subscription_plans"."face_tracking" in (0, 1)),
	CONSTRAINT "subscription_plans_body_tracking" CHECK("subscription_plans"."body_tracking" in (0, 1)),
	CONSTRAINT "subscription_plans_hand_tracking" CHECK("subscription_plans"."hand_tracking" in (0, 1)),
	CONSTRAINT "subscription_plans_finger_tracking" CHECK("subscription_plans"."finger_tracking" in (0, 1)),
	CONSTRAINT "subscription_plans_eye_tracking" CHECK("subscription_plans"."eye_tracking" in (0, 1)),
	CONSTRAINT "subscription_plans_expression_tracking" CHECK("subscription_plans"."expression_tracking" in (0, 1)),
	CONSTRAINT "subscription_plans_auto_rigging_enabled" CHECK("subscription_plans"."auto_rigging_enabled" in (0, 1)),
	CONSTRAINT "subscription_plans_rigging_features" CHECK("subscription_plans"."rigging_features" is null or json_valid("subscription_plans"."rigging_features")),
	CONSTRAINT "subscription_plans_bone_structure" CHECK("subscription_plans"."bone_structure" is null or json_valid("subscription_plans"."bone_structure"))
);
--> statement-breakpoint
CREATE INDEX `subscription_plans_rank` ON `subscription_plans` (`rank`);--> statement-breakpoint
CREATE TABLE `user_add_ons` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`addon_id` text NOT NULL,
	`quantity` integer DEFAULT 1 NOT NULL,
	`status` text DEFAULT 'active' NOT NULL,
	`expires_at` text,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`sync_seq` integer DEFAULT 0 NOT NULL,
	`deleted_at` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`addon_id`) REFERENCES `add_ons`(`addon_id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "user_add_ons_status" CHECK("user_add_ons"."status" in ('active', 'used', 'expired')),
	CONSTRAINT "user_add_ons_quantity" CHECK("user_add_ons"."quantity" >= 0)
);
--> statement-breakpoint
CREATE INDEX `user_add_ons_user_id` ON `user_add_ons` (`user_id`);--> statement-breakpoint
CREATE INDEX `user_add_ons_addon_id` ON `user_add_ons` (`addon_id`);--> statement-breakpoint
CREATE TABLE `user_subscriptions` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`plan_id` text NOT NULL,
	`start_date` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`end_date` text,
	`auto_renew` integer DEFAULT true NOT NULL,
	`status` text DEFAULT 'active' NOT NULL,
	`stream_time_remaining` integer NOT NULL,
	`stripe_subscription_id` text,
	`stripe_updated_at` text,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`sync_seq` integer DEFAULT 0 NOT NULL,
	`deleted_at` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`plan_id`) REFERENCES `subscription_plans`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "user_subscriptions_status" CHECK("user_subscriptions"."status" in ('active', 'trialing', 'past_due', 'unpaid', 'incomplete', 'paused', 'cancelled', 'expired')),
	CONSTRAINT "user_subscriptions_auto_renew" CHECK("user_subscriptions"."auto_renew" in (0, 1))
);
--> statement-breakpoint
CREATE INDEX `user_subscriptions_user_id` ON `user_subscriptions` (`user_id`);--> statement-breakpoint
CREATE INDEX `user_subscriptions_plan_id` ON `user_subscriptions` (`plan_id`);--> statement-breakpoint
CREATE TABLE `background_categories` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`is_active` integer DEFAULT true NOT NULL,
	`sort_order` integer DEFAULT 0 NOT NULL,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`sync_seq` integer DEFAULT 0 NOT NULL,
	`deleted_at` text,
	CONSTRAINT "background_categories_is_active" CHECK("background_categories"."is_active" in (0, 1))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `background_categories_name` ON `background_categories` (`name`);--> statement-breakpoint
CREATE TABLE `stream_backgrounds` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`category` text NOT NULL,
	`image_url` text NOT NULL,
	`thumbnail_url` text,
	`is_active` integer DEFAULT true NOT NULL,
	`sort_order` integer DEFAULT 0 NOT NULL,
	`required_plan` text DEFAULT 'free' NOT NULL,
	`created_by` text,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`sync_seq` integer DEFAULT 0 NOT NULL,
	`deleted_at` text,
	FOREIGN KEY (`category`) REFERENCES `background_categories`(`name`) ON UPDATE cascade ON DELETE no action,
	FOREIGN KEY (`required_plan`) REFERENCES `subscription_plans`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "stream_backgrounds_is_active" CHECK("stream_backgrounds"."is_active" in (0, 1))
);
--> statement-breakpoint
CREATE INDEX `stream_backgrounds_category` ON `stream_backgrounds` (`category`);--> statement-breakpoint
CREATE INDEX `stream_backgrounds_required_plan` ON `stream_backgrounds` (`required_plan`);--> statement-breakpoint
CREATE TABLE `avatar_files` (
	`avatar_uid` text PRIMARY KEY NOT NULL,
	`sha256` text NOT NULL,
	`bytes` integer NOT NULL,
	`extension` text NOT NULL,
	`family` text NOT NULL,
	`listed` integer NOT NULL,
	`thumbnail_sha256` text,
	FOREIGN KEY (`avatar_uid`) REFERENCES `avatars`(`uid`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "avatar_files_extension" CHECK("avatar_files"."extension" in ('vrm', 'glb')),
	CONSTRAINT "avatar_files_family" CHECK("avatar_files"."family" in ('vrm0', 'vrm1', 'glb')),
	CONSTRAINT "avatar_files_listed" CHECK("avatar_files"."listed" in (0, 1)),
	CONSTRAINT "avatar_files_bytes" CHECK("avatar_files"."bytes" >= 0)
);
--> statement-breakpoint
CREATE INDEX `avatar_files_sha256` ON `avatar_files` (`sha256`);--> statement-breakpoint
CREATE TABLE `profile_facts` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	CONSTRAINT "profile_facts_value" CHECK("profile_facts"."value" is null or json_valid("profile_facts"."value"))
);
--> statement-breakpoint
CREATE TABLE `sync_base` (
	`table_name` text NOT NULL,
	`uid` text NOT NULL,
	`row` text NOT NULL,
	PRIMARY KEY(`table_name`, `uid`),
	CONSTRAINT "sync_base_row" CHECK("sync_base"."row" is null or json_valid("sync_base"."row"))
);
--> statement-breakpoint
CREATE TABLE `sync_feeds` (
	`feed` text PRIMARY KEY NOT NULL,
	`cursor` integer DEFAULT 0 NOT NULL,
	`complete` integer DEFAULT false NOT NULL,
	`schema` integer NOT NULL,
	CONSTRAINT "sync_feeds_feed" CHECK("sync_feeds"."feed" in ('own', 'cat')),
	CONSTRAINT "sync_feeds_complete" CHECK("sync_feeds"."complete" in (0, 1)),
	CONSTRAINT "sync_feeds_cursor" CHECK("sync_feeds"."cursor" >= 0)
);
--> statement-breakpoint
CREATE TABLE `sync_outbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`op_id` text NOT NULL,
	`table_name` text NOT NULL,
	`uid` text NOT NULL,
	`kind` text NOT NULL,
	`patch` text NOT NULL,
	`adds` text NOT NULL,
	`base_rev` integer,
	`state` text DEFAULT 'queued' NOT NULL,
	`code` text,
	`detail` text,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	CONSTRAINT "sync_outbox_table_name" CHECK("sync_outbox"."table_name" in ('avatars', 'streaming_sessions', 'rtmp_sources')),
	CONSTRAINT "sync_outbox_kind" CHECK("sync_outbox"."kind" in ('upsert', 'delete')),
	CONSTRAINT "sync_outbox_state" CHECK("sync_outbox"."state" in ('queued', 'sent', 'rejected', 'kept')),
	CONSTRAINT "sync_outbox_patch" CHECK("sync_outbox"."patch" is null or json_valid("sync_outbox"."patch")),
	CONSTRAINT "sync_outbox_adds" CHECK("sync_outbox"."adds" is null or json_valid("sync_outbox"."adds"))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sync_outbox_op_id` ON `sync_outbox` (`op_id`);--> statement-breakpoint
CREATE INDEX `sync_outbox_state` ON `sync_outbox` (`state`,`seq`);--> statement-breakpoint
CREATE INDEX `sync_outbox_row` ON `sync_outbox` (`table_name`,`uid`,`seq`);--> statement-breakpoint
CREATE TABLE `sync_unreadable` (
	`table_name` text NOT NULL,
	`row_key` text NOT NULL,
	`seq` integer NOT NULL,
	`why` text NOT NULL,
	PRIMARY KEY(`table_name`, `row_key`)
);
--> statement-breakpoint
CREATE TABLE `upload_queue` (
	`id` text PRIMARY KEY NOT NULL,
	`avatar_uid` text NOT NULL,
	`direction` text NOT NULL,
	`part` text NOT NULL,
	`sha256` text NOT NULL,
	`bytes` integer NOT NULL,
	`object_path` text NOT NULL,
	`upload_url` text,
	`offset` integer DEFAULT 0 NOT NULL,
	`state` text DEFAULT 'waiting' NOT NULL,
	`reason` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_try_at` text,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	FOREIGN KEY (`avatar_uid`) REFERENCES `avatars`(`uid`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "upload_queue_direction" CHECK("upload_queue"."direction" in ('up', 'down')),
	CONSTRAINT "upload_queue_part" CHECK("upload_queue"."part" in ('model', 'thumbnail')),
	CONSTRAINT "upload_queue_state" CHECK("upload_queue"."state" in ('waiting', 'running', 'failed')),
	CONSTRAINT "upload_queue_bytes" CHECK("upload_queue"."bytes" >= 0),
	CONSTRAINT "upload_queue_offset" CHECK("upload_queue"."offset" >= 0),
	CONSTRAINT "upload_queue_attempts" CHECK("upload_queue"."attempts" >= 0)
);
--> statement-breakpoint
CREATE INDEX `upload_queue_due` ON `upload_queue` (`state`,`next_try_at`);--> statement-breakpoint
CREATE INDEX `upload_queue_avatar_uid` ON `upload_queue` (`avatar_uid`);--> statement-breakpoint
CREATE TABLE `dmca_complaints` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` text,
	`complainant_name` text NOT NULL,
	`complainant_email` text NOT NULL,
	`content_url` text NOT NULL,
	`claimed_work` text NOT NULL,
	`description` text NOT NULL,
	`status` text DEFAULT 'pending' NOT NULL,
	`action_taken` text,
	`admin_notes` text,
	`filed_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`resolved_at` text,
	`resolved_by` text,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE restrict,
	CONSTRAINT "dmca_complaints_status" CHECK("dmca_complaints"."status" in ('pending', 'investigating', 'resolved', 'dismissed'))
);
--> statement-breakpoint
CREATE INDEX `dmca_complaints_user_id` ON `dmca_complaints` (`user_id`);--> statement-breakpoint
CREATE TABLE `user_suspensions` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`suspension_type` text NOT NULL,
	`suspension_level` integer NOT NULL,
	`reason` text NOT NULL,
	`description` text,
	`issued_by` text,
	`issued_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`expires_at` text,
	`is_active` integer DEFAULT true NOT NULL,
	`auto_reactivate_at` text,
	`appeal_submitted` integer DEFAULT false NOT NULL,
	`appeal_notes` text,
	`related_dmca_id` integer,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`sync_seq` integer DEFAULT 0 NOT NULL,
	`deleted_at` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "user_suspensions_suspension_type" CHECK("user_suspensions"."suspension_type" in ('manual', 'automated', 'dmca')),
	CONSTRAINT "user_suspensions_suspension_level" CHECK("user_suspensions"."suspension_level" between 1 and 7),
	CONSTRAINT "user_suspensions_is_active" CHECK("user_suspensions"."is_active" in (0, 1)),
	CONSTRAINT "user_suspensions_appeal_submitted" CHECK("user_suspensions"."appeal_submitted" in (0, 1))
);
--> statement-breakpoint
CREATE INDEX `user_suspensions_user_id` ON `user_suspensions` (`user_id`);--> statement-breakpoint
CREATE TABLE `user_warnings` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`warning_type` text NOT NULL,
	`reason` text NOT NULL,
	`description` text,
	`issued_by` text,
	`issued_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`acknowledged` integer DEFAULT false NOT NULL,
	`acknowledged_at` text,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`sync_seq` integer DEFAULT 0 NOT NULL,
	`deleted_at` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "user_warnings_warning_type" CHECK("user_warnings"."warning_type" in ('dmca', 'community_guidelines', 'tos_violation')),
	CONSTRAINT "user_warnings_acknowledged" CHECK("user_warnings"."acknowledged" in (0, 1))
);
--> statement-breakpoint
CREATE INDEX `user_warnings_user_id` ON `user_warnings` (`user_id`);--> statement-breakpoint
CREATE TABLE `coming_soon_emails` (
	`id` integer PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`plan_name` text NOT NULL,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
);
--> statement-breakpoint
CREATE TABLE `gpu_usage_logs` (
	`id` integer PRIMARY KEY NOT NULL,
	`uid` text NOT NULL,
	`user_id` text,
	`operation` text NOT NULL,
	`usage` integer NOT NULL,
	`memory_used` integer NOT NULL,
	`service_id` text NOT NULL,
	`resource_usage` integer NOT NULL,
	`cost` integer,
	`metadata` text,
	`timestamp` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null,
	CONSTRAINT "gpu_usage_logs_usage" CHECK("gpu_usage_logs"."usage" between 0 and 100),
	CONSTRAINT "gpu_usage_logs_memory_used" CHECK("gpu_usage_logs"."memory_used" >= 0),
	CONSTRAINT "gpu_usage_logs_resource_usage" CHECK("gpu_usage_logs"."resource_usage" >= 0),
	CONSTRAINT "gpu_usage_logs_cost" CHECK("gpu_usage_logs"."cost" >= 0),
	CONSTRAINT "gpu_usage_logs_metadata" CHECK("gpu_usage_logs"."metadata" is null or json_valid("gpu_usage_logs"."metadata"))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `gpu_usage_logs_uid_unique` ON `gpu_usage_logs` (`uid`);--> statement-breakpoint
CREATE INDEX `gpu_usage_logs_user_id` ON `gpu_usage_logs` (`user_id`);--> statement-breakpoint
CREATE TABLE `system_logs` (
	`id` integer PRIMARY KEY NOT NULL,
	`level` text NOT NULL,
	`type` text NOT NULL,
	`service` text NOT NULL,
	`message` text NOT NULL,
	`details` text,
	`user_id` text,
	`timestamp` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE set null,
	CONSTRAINT "system_logs_level" CHECK("system_logs"."level" in ('info', 'warning', 'error')),
	CONSTRAINT "system_logs_type" CHECK("system_logs"."type" in ('info', 'warning', 'error')),
	CONSTRAINT "system_logs_details" CHECK("system_logs"."details" is null or json_valid("system_logs"."details"))
);
--> statement-breakpoint
CREATE INDEX `system_logs_user_id` ON `system_logs` (`user_id`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`sid` text PRIMARY KEY NOT NULL,
	`expire` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `idx_session_expire` ON `sessions` (`expire`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`username` text NOT NULL,
	`email` text NOT NULL,
	`avatar_url` text,
	`role` text DEFAULT 'user' NOT NULL,
	`twitter_handle` text,
	`blocked` integer DEFAULT false NOT NULL,
	`email_verified` integer DEFAULT false NOT NULL,
	`google_id` text,
	`twitter_id` text,
	`plan` text DEFAULT 'free' NOT NULL,
	`stream_time_remaining` integer DEFAULT 900 NOT NULL,
	`total_stream_time` integer DEFAULT 0 NOT NULL,
	`total_stream_sessions` integer DEFAULT 0 NOT NULL,
	`avatars_created` integer DEFAULT 0 NOT NULL,
	`last_stream_at` text,
	`last_avatar_created_at` text,
	`subscription_start_date` text,
	`subscription_end_date` text,
	`subscription_plan_id` text DEFAULT 'free' NOT NULL,
	`subscription_status` text DEFAULT 'active' NOT NULL,
	`avatar_count` integer DEFAULT 0 NOT NULL,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`sync_seq` integer DEFAULT 0 NOT NULL,
	`deleted_at` text,
	CONSTRAINT "users_role" CHECK("users"."role" in ('user', 'moderator', 'admin')),
	CONSTRAINT "users_subscription_status" CHECK("users"."subscription_status" in ('active', 'trialing', 'past_due', 'unpaid', 'incomplete', 'paused', 'cancelled', 'expired')),
	CONSTRAINT "users_blocked" CHECK("users"."blocked" in (0, 1)),
	CONSTRAINT "users_email_verified" CHECK("users"."email_verified" in (0, 1)),
	CONSTRAINT "users_total_stream_time" CHECK("users"."total_stream_time" >= 0),
	CONSTRAINT "users_total_stream_sessions" CHECK("users"."total_stream_sessions" >= 0),
	CONSTRAINT "users_avatars_created" CHECK("users"."avatars_created" >= 0),
	CONSTRAINT "users_avatar_count" CHECK("users"."avatar_count" >= 0)
);
--> statement-breakpoint
CREATE TABLE `__new_rtmp_sources` (
	`uid` text PRIMARY KEY NOT NULL,
	`id` integer,
	`rev` integer DEFAULT 0 NOT NULL,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`sync_seq` integer DEFAULT 0 NOT NULL,
	`deleted_at` text,
	`user_id` text,
	`name` text NOT NULL,
	`url` text NOT NULL,
	`bitrate` integer DEFAULT 2500 NOT NULL,
	`is_default` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "rtmp_sources_name" CHECK(length("__new_rtmp_sources"."name") between 1 and 80),
	CONSTRAINT "rtmp_sources_bitrate" CHECK("__new_rtmp_sources"."bitrate" > 0),
	CONSTRAINT "rtmp_sources_is_default" CHECK("__new_rtmp_sources"."is_default" in (0, 1))
);
--> statement-breakpoint
INSERT INTO `__new_rtmp_sources`("uid", "id", "rev", "created_at", "updated_at", "sync_seq", "deleted_at", "user_id", "name", "url", "bitrate", "is_default") SELECT "uid", "id", 0, "created_at", "updated_at", 0, "deleted_at", NULL, "name", "url", "bitrate", "is_default" FROM `rtmp_sources` ORDER BY rowid;--> statement-breakpoint
DROP TABLE `rtmp_sources`;--> statement-breakpoint
ALTER TABLE `__new_rtmp_sources` RENAME TO `rtmp_sources`;--> statement-breakpoint
CREATE UNIQUE INDEX `rtmp_sources_id_unique` ON `rtmp_sources` (`id`);--> statement-breakpoint
CREATE INDEX `rtmp_sources_user_id` ON `rtmp_sources` (`user_id`);--> statement-breakpoint
CREATE INDEX `rtmp_sources_default` ON `rtmp_sources` (`updated_at`) WHERE "rtmp_sources"."is_default" = 1 and "rtmp_sources"."deleted_at" is null;--> statement-breakpoint
CREATE TABLE `__new_streaming_sessions` (
	`uid` text PRIMARY KEY NOT NULL,
	`id` integer,
	`rev` integer DEFAULT 0 NOT NULL,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`sync_seq` integer DEFAULT 0 NOT NULL,
	`deleted_at` text,
	`user_id` text,
	`avatar_uid` text,
	`avatar_id` integer,
	`start_time` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`end_time` text,
	`duration` integer DEFAULT 0 NOT NULL,
	`platform` text,
	`viewers` integer DEFAULT 0 NOT NULL,
	`status` text DEFAULT 'active' NOT NULL,
	`metadata` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`avatar_uid`) REFERENCES `avatars`(`uid`) ON UPDATE no action ON DELETE set null,
	CONSTRAINT "streaming_sessions_status" CHECK("__new_streaming_sessions"."status" in ('active', 'ended', 'failed')),
	CONSTRAINT "streaming_sessions_duration" CHECK("__new_streaming_sessions"."duration" between 0 and 604800),
	CONSTRAINT "streaming_sessions_viewers" CHECK("__new_streaming_sessions"."viewers" >= 0),
	CONSTRAINT "streaming_sessions_end" CHECK(("__new_streaming_sessions"."status" = 'active') = ("__new_streaming_sessions"."end_time" is null)),
	CONSTRAINT "streaming_sessions_metadata" CHECK("__new_streaming_sessions"."metadata" is null or json_valid("__new_streaming_sessions"."metadata"))
);
--> statement-breakpoint
INSERT INTO `__new_streaming_sessions`("uid", "id", "rev", "created_at", "updated_at", "sync_seq", "deleted_at", "user_id", "avatar_uid", "avatar_id", "start_time", "end_time", "duration", "platform", "viewers", "status", "metadata") SELECT "uid", "id", 0, "created_at", "updated_at", 0, NULL, NULL, NULL, NULL, "start_time", "end_time", "duration", "platform", "viewers", "status", CASE WHEN "avatar_uid" IS NULL THEN "metadata" ELSE json_set(coalesce("metadata", '{}'), '$.avatar', "avatar_uid") END FROM `streaming_sessions` ORDER BY rowid;--> statement-breakpoint
DROP TABLE `streaming_sessions`;--> statement-breakpoint
ALTER TABLE `__new_streaming_sessions` RENAME TO `streaming_sessions`;--> statement-breakpoint
CREATE UNIQUE INDEX `streaming_sessions_id_unique` ON `streaming_sessions` (`id`);--> statement-breakpoint
CREATE INDEX `streaming_sessions_user_id` ON `streaming_sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `streaming_sessions_avatar_uid` ON `streaming_sessions` (`avatar_uid`);--> statement-breakpoint
CREATE INDEX `streaming_sessions_start_time` ON `streaming_sessions` (`start_time`);--> statement-breakpoint
CREATE INDEX `streaming_sessions_active` ON `streaming_sessions` (`start_time`) WHERE "streaming_sessions"."status" = 'active';
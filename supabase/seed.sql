-- What a new project begins with. All of it is data to be edited: what is there already is left as it is.
-- The ids of Stripe's products and prices are the project's own; until they are set, a plan cannot be bought.

insert into public.subscription_plans (
  id, rank, name, description, price, stream_minutes_per_week, avatar_max_count, max_concurrent_streams,
  max_resolution, max_file_size_mb, max_bones, max_morph_targets, max_morph_points, tracking_precision,
  animation_smoothness, animation_responsiveness, face_tracking, body_tracking, hand_tracking, finger_tracking,
  eye_tracking, expression_tracking, auto_rigging_enabled, rigging_studio_access, marketplace_access, custom_avatars,
  priority_support, white_label, api_access, x_spaces_hosting, buddy_invite_access, is_popular, is_free, sort_order,
  rigging_features
) values
  ('free', 0, 'Free', 'Basic streaming: a quarter of an hour each week with one avatar.', 0, 15, 1, 1,
    '720p', 25, 64, 64, 128, 0.5, 0.5, 0.5, true, false, false, false,
    true, true, false, false, false, true, false, false, false, false, false, false, true, 0,
    '[]'),
  ('reply_guy', 1, 'Reply Guy', 'Five hours each week, five avatars and body tracking.', 4.99, 300, 5, 1,
    '1080p', 50, 128, 128, 256, 0.65, 0.6, 0.6, true, true, false, false,
    true, true, true, false, true, true, false, false, false, false, false, false, false, 1,
    '["face"]'),
  ('spartan', 2, 'Spartan', 'Twenty hours each week, twenty avatars, hands and the rigging studio.', 9.99, 1200, 20, 2,
    '1080p', 100, 256, 256, 512, 0.8, 0.75, 0.75, true, true, true, false,
    true, true, true, true, true, true, false, false, false, true, true, true, false, 2,
    '["face", "body"]'),
  ('zeus', 3, 'Zeus', 'Twelve hours a day, a hundred avatars, fingers and help that comes first.', 19.99, 5000, 100, 3,
    '1440p', 250, 512, 512, 1024, 0.9, 0.9, 0.9, true, true, true, true,
    true, true, true, true, true, true, true, false, true, true, true, false, false, 3,
    '["face", "body", "hands"]'),
  ('goat', 4, 'Goat', 'Always on air, a thousand avatars and everything that there is.', 49.99, 10080, 1000, 5,
    '2160p', 500, 1024, 1024, 4096, 1, 1, 1, true, true, true, true,
    true, true, true, true, true, true, true, true, true, true, true, false, false, 4,
    '["face", "body", "hands", "fingers"]')
on conflict (id) do nothing;

insert into public.add_ons (addon_id, name, price, description) values
  ('stream_hours', 'Stream hour', 199, 'One hour more each week.'),
  ('avatar_slot', 'Avatar slot', 99, 'Room for one avatar more.'),
  ('voice_clone', 'Voice clone', 999, 'A voice of your own for your avatar.')
on conflict (addon_id) do nothing;

insert into public.avatar_categories (name, description, sort_order) values
  ('custom', 'Your own', 0),
  ('anime', 'Drawn faces', 1),
  ('fantasy', 'Elves, dragons and the like', 2),
  ('modern', 'People of today', 3),
  ('business', 'For meetings and talks', 4),
  ('sci-fi', 'Robots and travellers', 5),
  ('animals', 'Fur, feathers and scales', 6),
  ('stylized', 'Simple shapes', 7)
on conflict (name) do nothing;

insert into public.background_categories (name, description, sort_order) values
  ('studio', 'Sets and stages', 0),
  ('bedroom', 'Rooms at home', 1),
  ('office', 'Places of work', 2),
  ('nature', 'Outside', 3),
  ('urban', 'Streets and roofs', 4),
  ('fantasy', 'Places that are not', 5),
  ('abstract', 'Colours and shapes', 6)
on conflict (name) do nothing;

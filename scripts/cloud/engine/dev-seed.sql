-- Ids that the Stripe double knows, so that the plans can be bought in development.
update public.subscription_plans
set stripe_product_id = 'prod_dev_' || id, stripe_price_id = 'price_dev_' || id
where not is_free and stripe_price_id is null;

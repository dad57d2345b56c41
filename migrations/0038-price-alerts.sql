-- Alerts about prices on tags that differ from those that a task expects.
alter table shelf_alert
  -- Money of src/recognition/prices/money.ts, of PRICE_DIFFERS: what the tag said when it was seen last.
  add column price jsonb,
  drop constraint shelf_alert_kind_check,
  add constraint shelf_alert_kind_check
    check (kind in ('COMPLIANCE_BELOW', 'ITEM_MISSING', 'GAP_SHARE_ABOVE', 'PRICE_DIFFERS')),
  drop constraint shelf_alert_check,
  add constraint shelf_alert_item check ((kind in ('ITEM_MISSING', 'PRICE_DIFFERS')) = (catalog_item_id is not null)),
  add constraint shelf_alert_price check (price is null or kind = 'PRICE_DIFFERS');

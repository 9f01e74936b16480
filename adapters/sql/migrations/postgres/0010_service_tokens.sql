-- A revocation may be of one token of a service.
ALTER TABLE revocations ADD COLUMN service_token_id uuid;
ALTER TABLE revocations DROP CONSTRAINT revocations_check;
ALTER TABLE revocations ADD CONSTRAINT revocations_one_subject
    CHECK (num_nonnulls(session_id, user_id, service_token_id) = 1);

//! Contents that are shared, kept as bytes.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_bytes::{ByteBuf, Bytes};

pub(crate) fn serialize<S: Serializer>(content: &Option<Arc<[u8]>>, serializer: S) -> Result<S::Ok, S::Error> {
    content.as_deref().map(Bytes::new).serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Arc<[u8]>>, D::Error> {
    Ok(Option::<ByteBuf>::deserialize(deserializer)?.map(|content| content.into_vec().into()))
}

//! One list of fields for a request and for the request that modifies what it made.

/// Declares the request that makes an object, and the request that modifies the object.
///
/// Every field of the first can be set when the object is made. A field with `[modify]` can be modified later: the
/// modification has a field of the same name, which is `None` where the object's value stays as it is.
/// The modification also has the fields of its own block, which say what is modified and how.
///
/// It generates `Modification::of`, which sets every field that can be modified as a request says, and
/// `Modification::apply_to`, which overwrites the fields of a request that the modification sets.
macro_rules! modifiable_request {
    (
        $(#[$request_attribute:meta])*
        pub struct $Request:ident {
            $(
                $(#[$field_attribute:meta])*
                $([$modify:ident])?
                pub $field:ident: $Field:ty,
            )*
        }

        $(#[$modification_attribute:meta])*
        pub struct $Modification:ident {
            $(
                $(#[$own_attribute:meta])*
                pub $own:ident: $Own:ty,
            )*
        }
    ) => {
        $(#[$request_attribute])*
        pub struct $Request {
            $(
                $(#[$field_attribute])*
                pub $field: $Field,
            )*
        }

        $(#[$modification_attribute])*
        pub struct $Modification {
            $(
                $(#[$own_attribute])*
                pub $own: $Own,
            )*
            $($(
                #[doc = concat!("[`", stringify!($Request), "::", stringify!($field), "`]; `None` to ", stringify!($modify), " nothing.")]
                pub $field: Option<$Field>,
            )?)*
        }

        impl $Modification {
            /// The modification that sets every field that can be modified as the request says.
            #[must_use]
            pub fn of(request: &$Request) -> Self {
                Self {
                    $($( $field: { let $modify = &request.$field; Some($modify.clone()) }, )?)*
                    ..Self::default()
                }
            }

            /// Overwrites the fields of the request that this modification sets.
            pub(crate) fn apply_to(&self, request: &mut $Request) {
                $($(
                    if let Some($modify) = &self.$field {
                        request.$field.clone_from($modify);
                    }
                )?)*
            }
        }
    };
}

pub(super) use modifiable_request;

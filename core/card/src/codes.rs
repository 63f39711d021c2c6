/// Gives an error type its codes: one table is both the list and the mapping, so that neither can miss a variant.
macro_rules! codes {
    ($name:ident { $($code:literal: $variants:pat,)* $(_: $delegating:pat => $inner:expr,)? }) => {
        impl $name {
            /// Every code that [`code`](Self::code) gives. docs/errors.md has a sentence for users and the next step for
            /// each.
            pub const CODES: &'static [&'static str] = &[$($code),*];

            /// A stable name for programs, one of [`CODES`](Self::CODES).
            pub const fn code(&self) -> &'static str {
                match self {
                    $($variants => $code,)*
                    $($delegating => $inner,)?
                }
            }
        }
    };
}

pub(crate) use codes;

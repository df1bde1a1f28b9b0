//! Whether a component uses what only an engine for concurrent components has, whatever it does with it.

use wasmparser::{
    ComponentDefinedType, ComponentType, ComponentTypeDeclaration, InstanceTypeDeclaration, Parser, Payload,
};

/// Async functions, streams and futures in the types of a component and of those inside it: whatever else is async needs such a type.
/// What cannot be parsed has none; compiling it will say what is wrong.
pub(super) fn is_used(bytes: &[u8]) -> bool {
    Parser::new(0).parse_all(bytes).map_while(Result::ok).any(|payload| match payload {
        Payload::ComponentTypeSection(types) => types.into_iter().flatten().any(|ty| in_type(&ty)),
        _ => false,
    })
}

fn in_type(ty: &ComponentType) -> bool {
    match ty {
        ComponentType::Defined(ComponentDefinedType::Future(_) | ComponentDefinedType::Stream(_)) => true,
        ComponentType::Func(function) => function.async_,
        ComponentType::Component(declarations) => declarations.iter().any(|declaration| match declaration {
            ComponentTypeDeclaration::Type(ty) => in_type(ty),
            _ => false,
        }),
        ComponentType::Instance(declarations) => declarations.iter().any(|declaration| match declaration {
            InstanceTypeDeclaration::Type(ty) => in_type(ty),
            _ => false,
        }),
        ComponentType::Defined(_) | ComponentType::Resource { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Program, Runtime, RuntimeConfig};

    fn used(text: &str) -> bool {
        let bytes = wat::parse_str(text).unwrap();
        // Whatever it says, the component is one that is compiled.
        let runtime = Runtime::new(RuntimeConfig::new()).unwrap();
        assert_eq!(Program::from_bytes(&runtime, &bytes).unwrap().is_concurrent(), is_used(&bytes), "{text}");
        is_used(&bytes)
    }

    #[test]
    fn async_functions_and_streams_are_found_wherever_they_are() {
        let connection = r#"(import "spin:sqlite/sqlite@3.1.0" (instance (export "run" (func async (result u32)))))"#;
        assert!(used(&format!("(component {connection})")));
        assert!(used(&format!("(component (component {connection}))")));
        assert!(used(r#"(component (import "f" (func (result (stream u8)))))"#));
        assert!(used(r#"(component (type (component (type (future u8)))))"#));
        assert!(!used(r#"(component (import "a:b/c" (instance (export "run" (func (result u32))))))"#));
    }
}

use larder_engine as engine;
use wasmtime::component::Resource;

use crate::{
    LarderCtxView,
    bindings::larder::store::text::{Host, RenderError},
    fault::{RenderFault, StoreFault},
    handles::StoreHandle,
};

impl Host for LarderCtxView<'_> {
    async fn render(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        template: String,
    ) -> Result<Vec<u8>, RenderFault> {
        // A mistake in the template is an answer of its own; all else is what any read can answer.
        let render = move |view: &engine::View<'_>| match view.render(&group, &template) {
            Err(engine::Error::TemplateParse(rule)) => Ok(Err(RenderError::Parse(rule))),
            Err(engine::Error::TemplateExecution(rule)) => Ok(Err(RenderError::Execution(rule))),
            other => other.map(Ok),
        };
        let of = self.table.get(&store).map_err(StoreFault::from)?;
        let call = self.ctx.call("text.render", Some(of.store.tenant()));
        call.run(async { self.look(&store, "text.render", render).await?.map_err(RenderFault::Guest) }).await
    }

    async fn get_split(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        key: String,
        separator: Vec<u8>,
    ) -> Result<Option<Vec<Vec<u8>>>, StoreFault> {
        self.read(&store, "text.get-split", move |view| view.get_split(&group, &key, &separator)).await
    }

    async fn get_fields(
        &mut self,
        store: Resource<StoreHandle>,
        group: String,
        key: String,
    ) -> Result<Option<Vec<Vec<u8>>>, StoreFault> {
        self.read(&store, "text.get-fields", move |view| view.get_fields(&group, &key)).await
    }

    fn convert_render_error(&mut self, fault: RenderFault) -> wasmtime::Result<RenderError> {
        fault.told()
    }
}

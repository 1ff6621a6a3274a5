import type { ConfigReader } from '../folder/config-reader.ts';
import type { DecoderConfig } from '../stack/config.ts';
import { decoderFamily, type Family } from './family.ts';

type TextFamily = ReturnType<typeof decoderFamily>;

/** Tensors of the other parts of such folders. */
const otherParts =
  /^(model\.)?(vision_tower|audio_tower|vision_model|embed_vision|embed_audio|multi_modal_projector)\./;

/**
 * The text model in folders of models that see or hear, whose configuration lies in `text_config`; what they see and hear with is not
 * loaded. `textFamilies`: those it may be, the first where the file does not say.
 */
export function textPart(modelType: string, ...textFamilies: readonly TextFamily[]): TextFamily {
  const textOf = (c: ConfigReader): ConfigReader => c.nested('text_config');
  const familyOf = (c: ConfigReader): TextFamily => {
    const text = textOf(c);
    const named = text.text('model_type', textFamilies[0].modelTypes[0]);
    const found = textFamilies.find((f) => f.modelTypes.includes(named));
    if (!found) throw text.wrong('model_type', textFamilies.flatMap((f) => f.modelTypes).join(', '));
    return found;
  };
  const ignoredIn = (c: ConfigReader): readonly RegExp[] => {
    const f: Family<DecoderConfig, ReturnType<TextFamily['weights']>> = familyOf(c);
    return [otherParts, ...(f.ignored ?? []), ...(f.ignoredIn?.(textOf(c)) ?? [])];
  };
  return decoderFamily({
    modelTypes: [modelType],
    ignoredIn,
    config: (c) => familyOf(c).config(textOf(c)),
    names: (config, c) => familyOf(c).names(config, textOf(c)),
  });
}

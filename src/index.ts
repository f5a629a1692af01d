/**
 * Saddlepoint: training a generative model is a stream. This is the public API, and the only door for plugins and
 * examples.
 */

// Training
export { trainGAN$, type TrainGanOptions } from "./trainGAN.ts";
export { train$, trainUnordered$, Training } from "./train.ts";

// Games
export { game, type Game, type GameOptions, type RunOptions } from "./game/game.ts";
export { adversarialTerms, gan, type GanOptions, type GanPair } from "./game/gan.ts";
export { autoencoding, encoded, negativeLogLikelihood, withGaussianPosterior, type AutoencodingOptions } from "./game/autoencoding.ts";
export { generatedAgainst, type Adversary } from "./game/adversary.ts";
export type { Command } from "./game/command.ts";
export type { Constraint, GradientTransform, GradientWatch, PlayerPlan } from "./game/player.ts";
export { movedBy, type Standing } from "./game/standing.ts";
export type { ForwardOptions, Seen } from "./game/seen.ts";
export { seenWith } from "./game/seenWith.ts";
export type { Term } from "./game/term.ts";
export type { Turn } from "./game/turn.ts";
export type { View, ViewContext } from "./game/view.ts";
export { takeSteps, type Sampler, type Sampling } from "./game/sampler.ts";

// Plugins
export {
  withHead,
  withInput,
  withNetwork,
  withNetworkEdit,
  withPlayer,
  withSampler,
  withSource,
  withTerm,
  withTurn,
  withView,
  type Blueprint,
  type NetworkEdit,
  type NetworkEntry,
} from "./game/blueprint.ts";
export { withTermEdit } from "./game/withTermEdit.ts";
export { definePlugin, type AnyPlugin, type Ordered, type Plugin, type PluginDescription, type PluginOptions } from "./game/plugin.ts";
export { withCarry, type Carry, type CarryTree, type DeviceUse, type DrawOptions, type Round, type Run, type SampleOptions } from "./game/round.ts";
export { averagesOf, type Averages } from "./game/averages.ts";

// Steps
export { averageWeights, type AverageWeightsOptions } from "./steps/averageWeights.ts";
export { discriminatorStep } from "./steps/discriminatorStep.ts";
export { generatorStep } from "./steps/generatorStep.ts";
export { simultaneousStep } from "./steps/simultaneousStep.ts";
export { step, type StepOptions } from "./steps/step.ts";

// Stabilisers
export { consistency, type ConsistencyOptions } from "./stabilisers/consistency.ts";
export { dragan, type DraganOptions } from "./stabilisers/dragan.ts";
export { gradientClipping, type GradientClippingOptions } from "./stabilisers/gradientClipping.ts";
export { gradientPenalty, type GradientPenaltyOptions } from "./stabilisers/gradientPenalty.ts";
export { historicalAveraging, type HistoricalAveragingOptions } from "./stabilisers/historicalAveraging.ts";
export { orthogonalRegularisation, type OrthogonalRegularisationOptions } from "./stabilisers/orthogonalRegularisation.ts";
export { r1 } from "./stabilisers/r1.ts";
export { r2 } from "./stabilisers/r2.ts";
export { spectralNormalisation, type SpectralNormalisationOptions } from "./stabilisers/spectralNormalisation.ts";
export { weightClipping, type WeightClippingOptions } from "./stabilisers/weightClipping.ts";
export type { PenaltyOptions } from "./stabilisers/withPenalty.ts";
export type { ZeroCentredOptions } from "./stabilisers/zeroCentredOn.ts";
export { matchFeatures, type MatchFeaturesOptions } from "./stabilisers/matchFeatures.ts";
export { ada, type AdaOptions } from "./stabilisers/ada.ts";
export { diffAugment, diffAugmentView, type AugmentationPolicy, type DiffAugmentOptions } from "./stabilisers/diffAugment.ts";
export { experienceReplay, type ExperienceReplayOptions } from "./stabilisers/experienceReplay.ts";
export { instanceNoise, type InstanceNoiseOptions } from "./stabilisers/instanceNoise.ts";
export { labelFlipping, type LabelFlippingOptions } from "./stabilisers/labelFlipping.ts";
export { packing, type PackingOptions } from "./stabilisers/packing.ts";
export { topK, type TopKOptions } from "./stabilisers/topK.ts";
export { unrolled, type UnrolledOptions } from "./stabilisers/unrolled.ts";

// Probes
export { drawSamples, type DrawSamplesOptions } from "./probes/drawSamples.ts";
export { mayMeasure, measureEvery, type MeasureEveryOptions, type MeasuringCost } from "./probes/measureEvery.ts";
export { collapseDetector, type CollapseObservation, type Suspicion } from "./probes/collapseDetector.ts";
export type { ObservedOptions } from "./probes/collapseObserver.ts";
export { watchCollapse, type WatchCollapseOptions } from "./probes/watchCollapse.ts";
export { watchDevice, type WatchDeviceOptions } from "./probes/watchDevice.ts";
export { globalNorm, watchGradients, type WatchGradientsOptions } from "./probes/watchGradients.ts";
export { patienceAfter, stopEarly, type Patience, type StopEarlyOptions } from "./probes/stopEarly.ts";

// Sources
export { array, type ArrayOptions } from "./sources/array.ts";
export { asyncIterable, type AsyncIterableOptions } from "./sources/asyncIterable.ts";
export { binarised, type BinarisedOptions } from "./sources/binarised.ts";
export { categorical, type CategoricalOptions } from "./sources/categorical.ts";
export { conditions, type ConditionsOptions } from "./sources/conditions.ts";
export { cifar10, type Cifar10Options } from "./sources/cifar10.ts";
export { digits, type DigitsOptions } from "./sources/digits.ts";
export { emoji, type EmojiOptions } from "./sources/emoji.ts";
export { emojiCategories, emojiStyles, type EmojiCategory, type EmojiStyle } from "./sources/emojiCatalogue.ts";
export type { DrawingSplit } from "./sources/drawings.ts";
export type { PaperOptions } from "./sources/paper.ts";
export { icons, iconStyles, type IconsOptions, type IconStyle } from "./sources/icons.ts";
export { idx, type IdxOptions } from "./sources/idx.ts";
export { images, type ImagesOptions } from "./sources/images.ts";
export { labelledSubset, type LabelledSubsetOptions } from "./sources/labelledSubset.ts";
export { lockstep } from "./sources/lockstep.ts";
export { mixture, type GridOptions, type MixtureOptions, type MixtureSource, type Point, type RingOptions } from "./sources/mixture.ts";
export { gaussian, sphere, truncated, uniform, type NoiseOptions, type TruncatedOptions, type UniformOptions } from "./sources/noise.ts";
export { observable, type ObservableOptions, type Overflow } from "./sources/observable.ts";
export { prefetch, type PrefetchOptions } from "./sources/prefetch.ts";
export { stackedDigits, type StackedDigitsOptions } from "./sources/stackedDigits.ts";
export { renamed } from "./sources/renamed.ts";
export { rescaled } from "./sources/rescaled.ts";
export { swissRoll, type SwissRollOptions } from "./sources/swissRoll.ts";
export type { Batch, FieldValues, MaybePromise, OpenSource, Source, SourceContext } from "./game/source.ts";

// Checkpoints
export { folder, type FolderOptions } from "./sources/folder.ts";
export { memory, type MemoryOptions } from "./sources/memory.ts";
export { readCheckpoint } from "./services/readCheckpoint.ts";
export type { Best, Checkpoints, OpenCheckpoints, Restored, SavedTensor, Snapshot } from "./game/checkpoint.ts";

// Networks
export { autoencoder, type AutoencoderNetworks, type AutoencoderOptions } from "./networks/autoencoder.ts";
export { dcgan, type DcganGeneratorOptions, type DcganNetworkOptions, type DcganOptions } from "./networks/dcgan.ts";
export { mlp } from "./networks/mlp.ts";
export { unet, type UnetOptions } from "./networks/unet.ts";
export { fromLayersModel, type LayersModelOptions } from "./networks/layersModel.ts";
export { buildNetwork } from "./networks/buildNetwork.ts";
export type { FieldPlan, FieldPlans, InputPlan, Network, NetworkFactory, NetworkPlan, Pass } from "./networks/network.ts";
export type { NetworkPair } from "./networks/networkPair.ts";

// Layers
export { leakyRelu, relu, sigmoid, silu, softplus, tanh } from "./networks/layers/activations.ts";
export { adaptiveGroupNorm, type AdaptiveGroupNormOptions } from "./networks/layers/adaptiveGroupNorm.ts";
export { batchNorm } from "./networks/layers/batchNorm.ts";
export { conditionalBatchNorm, type ConditionalBatchNormOptions } from "./networks/layers/conditionalBatchNorm.ts";
export { conv2d } from "./networks/layers/conv2d.ts";
export { conv2dTranspose } from "./networks/layers/conv2dTranspose.ts";
export { dense } from "./networks/layers/dense.ts";
export { depthToSpace, type DepthToSpaceOptions } from "./networks/layers/depthToSpace.ts";
export { dropout } from "./networks/layers/dropout.ts";
export { embedding } from "./networks/layers/embedding.ts";
export { equalised, type EqualisedOptions } from "./networks/layers/equalised.ts";
export { flatten } from "./networks/layers/flatten.ts";
export { gaussianNoise, type GaussianNoiseOptions } from "./networks/layers/gaussianNoise.ts";
export { groupNorm, type GroupNormOptions } from "./networks/layers/groupNorm.ts";
export { instanceNorm } from "./networks/layers/instanceNorm.ts";
export { layerNorm } from "./networks/layers/layerNorm.ts";
export { logSumExp, type LogSumExpOptions } from "./networks/layers/logSumExp.ts";
export { maxout } from "./networks/layers/maxout.ts";
export { minibatchDeviation, type MinibatchDeviationOptions } from "./networks/layers/minibatchDeviation.ts";
export { minibatchDiscrimination, type MinibatchDiscriminationOptions } from "./networks/layers/minibatchDiscrimination.ts";
export type { NormalisationOptions } from "./networks/layers/normalisation.ts";
export { noiseFromVelocity, type NoiseFromVelocityOptions } from "./networks/layers/noiseFromVelocity.ts";
export { oneHot } from "./networks/layers/oneHot.ts";
export { pixelNorm, type PixelNormOptions } from "./networks/layers/pixelNorm.ts";
export { projection, type ProjectionOptions } from "./networks/layers/projection.ts";
export { referenceBatch, type ReferenceBatchOptions } from "./networks/layers/referenceBatch.ts";
export { referenceBatchNorm } from "./networks/layers/referenceBatchNorm.ts";
export { residual, type ResidualOptions } from "./networks/layers/residual.ts";
export { reshape } from "./networks/layers/reshape.ts";
export { resizeConv } from "./networks/layers/resizeConv.ts";
export { selfAttention, type SelfAttentionOptions } from "./networks/layers/selfAttention.ts";
export { sequence } from "./networks/layers/sequence.ts";
export { skip, type SkipOptions } from "./networks/layers/skip.ts";
export { spectralNorm, type SpectralNormOptions } from "./networks/layers/spectralNorm.ts";
export { repeatPixels } from "./math/repeatPixels.ts";
export { upsample, type UpsampleOptions } from "./networks/layers/upsample.ts";
export { virtualBatchNorm } from "./networks/layers/virtualBatchNorm.ts";
export { weightNorm, type WeightNormOptions } from "./networks/layers/weightNorm.ts";
export type { LayerFactories, LayerFactory } from "./networks/layers/layerFromSpec.ts";
export type { BuiltLayer, Initializer, Layer, LayerContext, LayerResult, Mode, VariablePlan } from "./networks/layer.ts";

// Initialisers
export { constant, ones, zeros } from "./networks/initializers/constant.ts";
export { glorot } from "./networks/initializers/glorot.ts";
export { he } from "./networks/initializers/he.ts";
export { normal } from "./networks/initializers/normal.ts";
export { orthogonal } from "./networks/initializers/orthogonal.ts";

// Optimizers
export { adam } from "./networks/optimizers/adam.ts";
export { adamW } from "./networks/optimizers/adamW.ts";
export { rmsprop } from "./networks/optimizers/rmsprop.ts";
export { sgd } from "./networks/optimizers/sgd.ts";
export type { Optimizer, UpdateInput, UpdateOutput } from "./networks/optimizer.ts";

// Schedules
export { constantSchedule } from "./math/schedules/constantSchedule.ts";
export { cosineSchedule } from "./math/schedules/cosineSchedule.ts";
export { exponentialDecay } from "./math/schedules/exponentialDecay.ts";
export { linearSchedule } from "./math/schedules/linearSchedule.ts";
export { scaledSchedule, type ScaledScheduleOptions } from "./math/schedules/scaledSchedule.ts";
export { stepDecay } from "./math/schedules/stepDecay.ts";
export { warmUp } from "./math/schedules/warmUp.ts";
export { scheduledAt, scheduledSpec, type Schedule, type Scheduled } from "./math/schedules/schedule.ts";
export { scheduled } from "./math/schedules/scheduled.ts";

// Objectives
export { energyBased, type EnergyBasedOptions } from "./math/objectives/energyBased.ts";
export { featureDistance } from "./math/objectives/featureDistance.ts";
export { featureMatching, type FeatureMatchingOptions } from "./math/objectives/featureMatching.ts";
export { hinge } from "./math/objectives/hinge.ts";
export { leastSquares, type LeastSquaresOptions } from "./math/objectives/leastSquares.ts";
export { maximumLikelihood, type MaximumLikelihoodOptions } from "./math/objectives/maximumLikelihood.ts";
export { minimax, type MinimaxOptions } from "./math/objectives/minimax.ts";
export { nonSaturating, type NonSaturatingOptions } from "./math/objectives/nonSaturating.ts";
export { pullingAway } from "./math/objectives/pullingAway.ts";
export { reconstructionEnergy } from "./math/objectives/reconstructionEnergy.ts";
export { relativistic } from "./math/objectives/relativistic.ts";
export { relativisticAverage, type RelativisticAverageOptions } from "./math/objectives/relativisticAverage.ts";
export type { Smoothing } from "./math/objectives/smoothing.ts";
export { wasserstein, type WassersteinOptions } from "./math/objectives/wasserstein.ts";
export type { DiscriminatorScores, GeneratorScores, Objective } from "./math/objectives/objective.ts";

// Likelihoods
export { bernoulli } from "./math/likelihoods/bernoulli.ts";
export { classAccuracy } from "./math/likelihoods/classAccuracy.ts";
export { classCrossEntropy } from "./math/likelihoods/classCrossEntropy.ts";
export { classEntropy } from "./math/likelihoods/classEntropy.ts";
export { classLogLikelihood } from "./math/likelihoods/classLogLikelihood.ts";
export { squaredError, type SquaredErrorOptions } from "./math/likelihoods/squaredError.ts";
export type { Likelihood } from "./math/likelihoods/likelihood.ts";
export { reparametrised } from "./math/random/reparametrised.ts";

// Tensors and random numbers, for plugins
export { sizeOf, tf, type Shape, type Tensor, type Tensors } from "./math/tensor.ts";
export { dropoutMask } from "./math/random/dropoutMask.ts";
export { fold, rootKey } from "./math/random/fold.ts";
export { integers } from "./math/random/integers.ts";
export { normals } from "./math/random/normals.ts";
export { normalTensor } from "./math/random/normalTensor.ts";
export { permutation } from "./math/random/permutation.ts";
export { uniforms } from "./math/random/uniforms.ts";
export { uniformTensor } from "./math/random/uniformTensor.ts";
export type { Key } from "./math/random/key.ts";

// Devices
export { openDevice } from "./backends/openDevice.ts";
export type { Device } from "./backends/device.ts";
export type { DeviceWork } from "./backends/deviceWork.ts";

// Operators over events, and sinks
export { on, type EventOf } from "./sinks/on.ts";
export { metrics, type Metrics } from "./sinks/metrics.ts";
export { defineSink, type Sink, type SinkHandler, type SinkOptions } from "./sinks/defineSink.ts";
export { jsonLines } from "./sinks/jsonLines.ts";
export { progressBar, type ProgressBarOptions, type TextStream } from "./sinks/progressBar.ts";
export { sampleGrid } from "./sinks/sampleGrid.ts";
export { framesOf, writeAnimation, type AnimationOptions } from "./sinks/writeAnimation.ts";
export { writeGrid, type PictureOptions } from "./sinks/writeGrid.ts";
export { writePlot } from "./sinks/writePlot.ts";
export { writeScatter, type ScatterOptions, type ScatterPlot } from "./sinks/writeScatter.ts";
export type { Plot, PlotSeries } from "./sinks/linePicture.ts";
export type { Colour, Samples } from "./sinks/picture.ts";

// Sampling
export { generate, type Generated, type GenerateOptions } from "./generate.ts";
export type { GivenFields } from "./game/givenFields.ts";
export { drawFrom, type Drawn, type DrawFromOptions } from "./sources/drawFrom.ts";

// Latent space
export { discriminatorFeatures, type DiscriminatorFeaturesOptions } from "./discriminatorFeatures.ts";
export { openGenerator, type OpenGenerator, type OpenGeneratorOptions } from "./openGenerator.ts";
export type { LatentModel } from "./latent/latentModel.ts";
export { featuresAt, samplesAt, type LatentSamples, type SamplesAtOptions } from "./latent/samplesAt.ts";
export { lerp, type Interpolation } from "./latent/lerp.ts";
export { slerp } from "./latent/slerp.ts";
export { interpolate, latentGrid, latentLoop, type InterpolateOptions, type LatentGridOptions } from "./latent/interpolate.ts";
export { averageLatent, latentAnalogy, type AnalogyExemplars } from "./latent/latentArithmetic.ts";
export { truncateLatents, type TruncateOptions } from "./latent/truncateLatents.ts";
export { moveAlong } from "./latent/moveAlong.ts";
export { separatingDirection, type SeparatingDirection, type SeparatingOptions } from "./latent/separatingDirection.ts";
export { regressionDirection, type RegressionDirection, type RegressionOptions } from "./latent/regressionDirection.ts";
export { projectedDirection } from "./latent/projectedDirection.ts";
export { principalComponents, type PrincipalComponents } from "./latent/principalComponents.ts";
export { ganspaceDirections, type GanspaceDirections, type GanspaceInput } from "./latent/ganspaceDirections.ts";
export { sefaDirections, type FirstKernel, type SefaDirections } from "./latent/sefaDirections.ts";
export { attributeChange, attributeValues, type BackgroundOptions, type ImageAttribute, type PlainImage } from "./latent/imageAttribute.ts";
export { area } from "./latent/area.ts";
export { hue } from "./latent/hue.ts";
export { slant } from "./latent/slant.ts";
export { strokeWidth } from "./latent/strokeWidth.ts";
export { directionEffects, distanceForGain, effectOn, type AttributeEffect, type DistanceOptions } from "./latent/directionEffects.ts";
export { walkAttribute, type WalkOptions } from "./latent/walkAttribute.ts";
export { invert, type Inversion, type InvertOptions } from "./latent/invert.ts";
export { editImages, type EditedImages, type LatentEdit } from "./latent/editImages.ts";
export { fitLatentMap, latentMapError, type LatentMap, type LatentMapOptions, type LatentPairs } from "./latent/latentMap.ts";
export { compareSpaces, pairLatents, type CompareSpacesOptions, type PairedLatents, type SpaceComparison } from "./latent/compareSpaces.ts";

// Evaluation
export { classCoverage, type ClassCoverage, type ClassCoverageOptions, type ClassProbabilities } from "./evaluation/classCoverage.ts";
export {
  classificationAccuracy,
  type ClassificationAccuracy,
  type ClassificationAccuracyOptions,
  type LabelledSamples,
} from "./evaluation/classificationAccuracy.ts";
export { digitClassifier } from "./evaluation/digitClassifier.ts";
export { emojiClassifier } from "./evaluation/emojiClassifier.ts";
export { fewLabelAccuracy, type FewLabelAccuracy, type FewLabelOptions, type LabelledFeatures } from "./evaluation/fewLabelAccuracy.ts";
export { logisticProbe, probeAccuracy, ridgeProbe, type LinearProbe } from "./evaluation/linearProbe.ts";
export type { FeatureNetwork, Judgement } from "./evaluation/featureNetwork.ts";
export { featureStatistics, type Features, type FeatureStatistics } from "./evaluation/featureStatistics.ts";
export { frechetDistance, type FeatureGaussian } from "./evaluation/frechetDistance.ts";
export { judgeSamples, type JudgedSamples, type JudgeSamplesOptions } from "./evaluation/judgeSamples.ts";
export { judgedReference } from "./evaluation/judgedReference.ts";
export { asFeatures, firstSamples, networkLabel, type JudgeableSamples, type Metric, type ReferenceSamples, type Score } from "./evaluation/metric.ts";
export type { ComparisonOptions } from "./evaluation/metrics/comparison.ts";
export {
  classCoverageMetric,
  classificationAccuracyMetric,
  inceptionMetric,
  intraClassSimilarityMetric,
  modeCoverageMetric,
  stackedCoverageMetric,
  type ClassificationAccuracyMetricOptions,
  type ClassMetricOptions,
} from "./evaluation/metrics/classMetrics.ts";
export { frechetMetric, kernelMetric, slicedWassersteinMetric } from "./evaluation/metrics/distanceMetrics.ts";
export { densityCoverageMetric, memorisationMetric, precisionRecallMetric, type MemorisationOptions } from "./evaluation/metrics/neighbourMetrics.ts";
export { finiteSampleFloor, withFloor, type FiniteSampleFloor } from "./evaluation/withFloor.ts";
export { namedFeatureNetwork, registerFeatureNetwork } from "./evaluation/namedFeatureNetwork.ts";
export { ownFeatureNetwork, type OwnFeatureNetworkOptions } from "./evaluation/ownFeatureNetwork.ts";
export { confusionRate, type ConfusionRate, type ErrorRate, type Origin, type TuringAnswer } from "./evaluation/confusionRate.ts";
export { fairOrder, type FairOrderOptions, type Trial } from "./evaluation/fairOrder.ts";
export { wilsonInterval, type Confidence } from "./evaluation/wilsonInterval.ts";
export { turingTest, type TuringTest, type TuringTestOptions } from "./pages/turingTest.ts";
export { modeCoverage, type KnownModes, type ModeCoverage } from "./evaluation/modeCoverage.ts";
export { birthdayTest, closestPair, type BirthdayTest, type BirthdayTestOptions, type ClosestPair } from "./evaluation/birthdayTest.ts";
export { correlation } from "./evaluation/correlation.ts";
export { rankCorrelation } from "./evaluation/rankCorrelation.ts";
export { densityCoverage, expectedCoverage, type DensityCoverage } from "./evaluation/densityCoverage.ts";
export { inceptionScore, type InceptionScore, type InceptionScoreOptions } from "./evaluation/inceptionScore.ts";
export { intraClassSimilarity, type IntraClassSimilarity, type IntraClassSimilarityOptions } from "./evaluation/intraClassSimilarity.ts";
export { kernelDistance, type KernelDistance, type KernelDistanceOptions } from "./evaluation/kernelDistance.ts";
export { memorisation, nearestNeighbours, type Memorisation, type NearestNeighbours } from "./evaluation/memorisation.ts";
export { precisionRecall, type NeighbourOptions, type PrecisionRecall } from "./evaluation/precisionRecall.ts";
export { slicedWasserstein, type SlicedWasserstein, type SlicedWassersteinOptions } from "./evaluation/slicedWasserstein.ts";
export { combinationCoverage, stackedCoverage, type StackedCoverage } from "./evaluation/stackedCoverage.ts";
export { structuralSimilarity, type StructuralSimilarityOptions } from "./evaluation/structuralSimilarity.ts";

// Checks of options, for plugins and layers
export {
  boolean,
  checkOptions,
  either,
  group,
  having,
  integer,
  listOf,
  number,
  oneOf,
  optional,
  providing,
  satisfies,
  text,
  type Check,
} from "./configuration/checkOptions.ts";
export { layerSpec } from "./networks/layers/layerSpec.ts";

// Events and failures
export type {
  CheckpointSaved,
  CollapseKind,
  CollapseSuspected,
  CommandApplied,
  Measured,
  MeasuredScore,
  PluginReported,
  RoundPlayed,
  RunCompleted,
  RunStarted,
  SamplesDrawn,
  SinkFailed,
  TrainingEvent,
  Warned,
} from "./game/event.ts";
export { CheckpointFailed, NotFinite, PluginFailed, SourceFailed, Unexpected, type TrainingFailure } from "./game/failure.ts";
export { ConfigurationError, type Problem } from "./configuration/configurationError.ts";
export { DeviceFailed, DeviceUnavailable } from "./backends/deviceFailure.ts";
export type { BackendChoice, DeviceDescription, Tiles, WebgpuChoice } from "./backends/device.ts";
export type { Json, Spec } from "./configuration/spec.ts";

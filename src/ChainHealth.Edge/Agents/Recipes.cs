using ChainHealth.Federation;
using ChainHealth.Learning;

namespace ChainHealth.Edge;

/// <summary>The plan's integers as the trainer's numbers, and back.</summary>
internal static class Recipes
{
    public static TrainingOptions ToOptions(TrainingRecipe recipe) => new()
    {
        Epochs = recipe.Epochs,
        BatchSize = recipe.BatchSize,
        LearningRate = recipe.LearningRateMicros / 1e6,
        ClipNorm = recipe.ClipNormMillis / 1e3,
        ClassWeighting = recipe.ClassWeighting,
        RestrictedSoftmax = recipe.RestrictedSoftmax,
        Proximal = recipe.ProximalMillis / 1e3,
        BalancedSteps = recipe.BalancedSteps,
        AnchorsPerClass = recipe.AnchorsPerClass,
    };

    public static TrainingRecipe ToRecipe(TrainingOptions options) => new(
        options.Epochs,
        options.BatchSize,
        (int)Math.Round(options.LearningRate * 1e6),
        (int)Math.Round(options.ClipNorm * 1e3),
        options.ClassWeighting,
        options.RestrictedSoftmax,
        (int)Math.Round(options.Proximal * 1e3))
    {
        BalancedSteps = options.BalancedSteps,
        AnchorsPerClass = options.AnchorsPerClass,
    };
}

namespace ChainHealth.Mpc;

/// <summary>What a layer is applied to: the weights of several models, and activations (model, image, element). Before
/// the first linear layer all models see the same images, which then stand only once.</summary>
internal sealed class ModelBatch(IReadOnlyList<ShareVector> models, int images)
{
    /// <summary>Each model's flat parameters.</summary>
    public IReadOnlyList<ShareVector> Models { get; } = models;

    public int Images { get; } = images;

    /// <summary>Activations of how many models stand side by side: 1, or all.</summary>
    public int Lanes { get; set; } = 1;

    public int Outputs => Models.Count * Images;
}

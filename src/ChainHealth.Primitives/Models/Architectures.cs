namespace ChainHealth.Primitives;

/// <summary>The networks that the product names.</summary>
public static class Architectures
{
    public static IReadOnlyList<string> Names { get; } = ["mlp", "conv1d", "lenet", "strided"];

    /// <summary>Null, with the reason, where the name is unknown or the input does not fit it.</summary>
    public static Architecture? TryCreate(string name, TensorShape input, int classes, out string? fault)
    {
        bool table = input is { Channels: 1, Height: 1 };
        IEnumerable<LayerSpec>? layers = name switch
        {
            "mlp" => Mlp(input, classes),
            "conv1d" when table => Conv1d(input, classes),
            "lenet" when !table => Lenet(input, classes),
            "strided" when !table => Strided(input, classes),
            _ => null,
        };
        if (layers is not null)
        {
            return Architecture.TryCreate(name, input, layers, out fault);
        }

        fault = Names.Contains(name)
            ? $"model '{name}' does not fit records of shape {input}"
            : $"unknown model '{name}'; known: {string.Join(", ", Names)}";
        return null;
    }

    private static IEnumerable<LayerSpec> Mlp(TensorShape input, int classes) =>
        [new DenseLayer(input.Elements, 32), new ReluLayer(), new DenseLayer(32, classes)];

    private static IEnumerable<LayerSpec> Conv1d(TensorShape input, int classes) =>
    [
        new ConvolutionLayer(1, 8, 1, 3, 1, 0, 1), new ReluLayer(), new ConvolutionLayer(8, 8, 1, 3, 1, 0, 1),
        new ReluLayer(), new DenseLayer(8 * input.Width, 32), new ReluLayer(), new DenseLayer(32, classes),
    ];

    private static IEnumerable<LayerSpec> Lenet(TensorShape input, int classes)
    {
        int side = (((input.Height - 4) / 2) - 4) / 2;
        return
        [
            new ConvolutionLayer(input.Channels, 8, 5, 5, 1, 0, 0), new ReluLayer(), new MaxPoolLayer(2),
            new ConvolutionLayer(8, 16, 5, 5, 1, 0, 0), new ReluLayer(), new MaxPoolLayer(2),
            new DenseLayer(16 * side * side, 64), new ReluLayer(), new DenseLayer(64, classes),
        ];
    }

    private static IEnumerable<LayerSpec> Strided(TensorShape input, int classes)
    {
        int side = (((input.Height + 1) / 2) + 1) / 2;
        return
        [
            new ConvolutionLayer(input.Channels, 16, 5, 5, 2, 2, 2), new ReluLayer(),
            new ConvolutionLayer(16, 32, 5, 5, 2, 2, 2), new ReluLayer(),
            new DenseLayer(32 * side * side, 64), new ReluLayer(), new DenseLayer(64, classes),
        ];
    }
}

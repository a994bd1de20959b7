using System.CommandLine;
using System.Text.Json;
using ChainHealth.Learning;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>Time of the plain forward pass, to stand beside the encrypted one.</summary>
internal static class BenchPlainCommand
{
    public static Command Create()
    {
        Option<string> model = new("--model")
        {
            Description = "mlp, conv1d, lenet or strided", DefaultValueFactory = _ => "lenet",
        };
        Option<int> batch = new("--batch") { Description = "records", DefaultValueFactory = _ => 128 };
        var command = new Command("bench-plain", "time the plain forward pass of a batch; prints JSON")
        {
            model, batch,
        };
        command.SetAction(r => Print(r.GetValue(model)!, r.GetValue(batch)));
        return command;
    }

    private static void Print(string model, int batch)
    {
        TensorShape shape = model is "conv1d" or "mlp" ? new TensorShape(1, 1, 30) : new TensorShape(1, 28, 28);
        Architecture network = Architectures.TryCreate(model, shape, 2, out string? fault)
            ?? throw new EdgeException(fault!);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            model,
            batch,
            plainMilliseconds = Math.Round(TorchBench.ForwardMilliseconds(network, batch), 3),
        }));
    }
}

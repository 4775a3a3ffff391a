"""CargoWise: Universal Event and Universal Shipment, and the stream that carries them."""

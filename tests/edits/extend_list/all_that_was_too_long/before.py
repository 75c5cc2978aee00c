__all__ = ["Account", "Address", "Customer", "Invoice", "Order", "Payment", "Supplier", "Tax", "Unit"]

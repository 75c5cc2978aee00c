__all__ = ["Account", "Address", "Customer", "Invoice", "Order", "Payment", "Product", "Supplier", "Tax", "Unit"]
